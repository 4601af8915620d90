import AuditLog
import Foundation
import PrivateFiles
import Testing

/// Every kind of tampering at every record of a log, judged by the streaming verifier against the true head file.
@Suite("Tampering with an audit log")
struct TamperTests {
    static let count = 9

    static func report(_ bytes: [UInt8], head: [UInt8]?, name: String? = "log.jsonl", piece: Int = .max) -> AuditReport {
        var verifier = AuditVerifier(anchor: .headFile(head), name: name)
        var rest = bytes[...]
        while !rest.isEmpty {
            verifier.feed(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        return verifier.finish()
    }

    @Test("an edit, a deletion, a swap, a double, an insertion and a cut at every record name the first bad record")
    func matrix() throws {
        let scratch = try Scratch()
        try scratch.sample(Self.count - 1)
        let head = scratch.bytes("log.jsonl.head")
        let good = lines(scratch.bytes())
        #expect(good.count == Self.count)
        func fault(_ lines: [[UInt8]]) -> AuditFault? { Self.report(joined(lines), head: head).fault }
        #expect(fault(good) == nil)
        for index in 0..<Self.count {
            var edited = good
            edited[index][9 + String(index).utf8.count] ^= 1  // a digit of the time stamp
            let edit = fault(edited)
            #expect(edit?.line == index + 1 && edit?.seq == index)

            var deleted = good
            deleted.remove(at: index)
            #expect(fault(deleted)?.seq == index)

            let cut = Array(good.prefix(index))
            #expect(fault(cut)?.seq == index && fault(cut)?.line == index + 1)

            var doubled = good
            doubled.insert(good[index], at: index)
            #expect(fault(doubled)?.seq == index + 1)
            #expect(fault(doubled)?.line == index + 2)

            if index + 1 < Self.count {
                var swapped = good
                swapped.swapAt(index, index + 1)
                #expect(fault(swapped)?.seq == index)
            }

            var blank = good
            blank.insert([], at: index)
            #expect(fault(blank)?.line == index + 1)

            var carriage = good
            carriage[index].append(0x0d)
            #expect(fault(carriage)?.line == index + 1)

            // The end of another log put here.
            let other = try Scratch()
            try other.sample(Self.count - 1)
            let spliced = Array(good.prefix(index)) + lines(other.bytes()).dropFirst(index)
            #expect(fault(spliced)?.seq == index)
        }
    }

    @Test("no single byte can be changed, and no bit of it")
    func everyByte() throws {
        let scratch = try Scratch()
        try scratch.sample(3)
        let head = scratch.bytes("log.jsonl.head")
        let good = scratch.bytes()
        for index in good.indices {
            var bad = good
            bad[index] ^= index % 2 == 0 ? 0x20 : 1 << UInt8(index % 8)
            let line = good[..<index].count { $0 == 0x0a } + 1
            #expect(Self.report(bad, head: head).fault?.line == line, "byte \(index)")
        }
    }

    @Test("swapped, renamed, rewritten and headless logs are told apart")
    func heads() throws {
        let one = try Scratch(), two = try Scratch()
        try one.sample(3)
        try two.sample(5)
        let head = one.bytes("log.jsonl.head")
        #expect(Self.report(two.bytes(), head: head).fault == AuditFault(line: 1, seq: 0, kind: .swapped))
        #expect(Self.report(one.bytes(), head: nil).fault?.kind == .headless)
        #expect(Self.report(one.bytes(), head: Array(head.dropLast())).fault?.kind == .headless)
        #expect(Self.report(one.bytes(), head: head, name: "other.jsonl").fault?.kind == .renamed)
        #expect(Self.report(one.bytes(), head: head, name: nil).fault == nil)
        // An old copy put back.
        let old = one.bytes()
        try one.log().append(sampleEvent(7))
        #expect(Self.report(old, head: one.bytes("log.jsonl.head")).fault?.kind == .truncated(to: 4))
        // Rewritten with a chain that is right in itself: the head kept elsewhere shows it.
        let known = try #require(AuditHead(head))
        let twin = try #require(AuditHead(two.bytes("log.jsonl.head")))
        let forged = AuditHead(file: known.file, seq: known.seq, hash: twin.hash)
        #expect(Self.report(one.bytes(), head: forged.encoded()).fault == AuditFault(line: 4, seq: 3, kind: .rewritten))
    }

    @Test("a line feigned as torn is not accepted")
    func feignedRepair() throws {
        let scratch = try Scratch()
        try scratch.sample(2)
        scratch.put(scratch.bytes() + Array("{\"seq\":3".utf8))
        _ = try scratch.log()
        let head = scratch.bytes("log.jsonl.head")
        let good = lines(scratch.bytes())
        #expect(Self.report(joined(good), head: head).fault == nil)
        var changed = good
        changed[3][2] ^= 1
        #expect(Self.report(joined(changed), head: head).fault == AuditFault(line: 4, seq: 3, kind: .malformed))
        var longer = good
        longer.insert(Array("{}".utf8), at: 3)
        #expect(Self.report(joined(longer), head: head).fault == AuditFault(line: 4, seq: 3, kind: .malformed))
        var gone = good
        gone.remove(at: 3)
        #expect(Self.report(joined(gone), head: head).fault == AuditFault(line: 4, seq: 3, kind: .unchained))
        var early = good
        early.swapAt(2, 3)
        #expect(Self.report(joined(early), head: head).fault?.line == 3)
    }

    @Test("the verdict does not depend on how the file is cut into pieces, and no input is too odd")
    func fuzz() throws {
        let scratch = try Scratch()
        try scratch.sample(5)
        let head = scratch.bytes("log.jsonl.head")
        let good = scratch.bytes()
        var generator = Generator(state: 11)
        for round in 0..<60 {
            var bytes = good
            for _ in 0..<(round % 4) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                case 2: bytes.insert(contentsOf: good.shuffled(using: &generator).prefix(30), at: place)
                default: bytes.insert(contentsOf: [0x0a, 0x0a], at: place)
                }
            }
            let whole = Self.report(bytes, head: head)
            #expect((whole.fault == nil) == (bytes == good))
            #expect(Self.report(bytes, head: head, piece: Int.random(in: 1...700, using: &generator)) == whole)
        }
        for text in ["", "\n", "{}", "{}\n", "[1]\n", "\0\0\0", "{\"seq\":0}\n", String(repeating: "[", count: 9_000) + "\n"] {
            #expect(Self.report(Array(text.utf8), head: head).fault != nil)
        }
        let deep = "{\"seq\":0,\"ts\":0,\"type\":\"x\",\"a\":" + String(repeating: "[", count: 70) + "\n"
        #expect(Self.report(Array(deep.utf8), head: nil).fault?.kind == .malformed)
    }
}

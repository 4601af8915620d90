import AuditLog
import Foundation
import JSON
import Testing

/// Changed logs, kept in `Corpus` and made anew by a seeded mutator: never a crash, never called whole.
@Suite("Changed audit logs")
struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    private static func read(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: name)))
    }

    private static func isWhole(_ log: [UInt8], _ head: [UInt8]?, piece: Int = .max) -> Bool {
        TamperTests.report(log, head: head, piece: piece).fault == nil
    }

    @Test("the log of the corpus is whole, and no kept change of it is")
    func replay() throws {
        let log = try Self.read("log.jsonl"), head = try Self.read("log.jsonl.head")
        #expect(Self.isWhole(log, head) && Self.isWhole(log, head, piece: 7))
        var count = 0
        for line in try Self.read("edits.jsonl").split(separator: 0x0a) {
            let edit = try #require(try JSONParser.parse(Array(line)).object)
            let at = try #require(edit["at"]?.int), removed = try #require(edit["remove"]?.int)
            let put = try #require(edit["insert"]?.string).unicodeScalars.map { UInt8($0.value) }
            var changed = log
            changed.replaceSubrange(at..<min(log.count, at + removed), with: put)
            guard changed != log else { continue }
            count += 1
            #expect(!Self.isWhole(changed, head), "\(edit)")
            if count % 5 == 0 { #expect(!Self.isWhole(changed, head, piece: 100), "\(edit)") }
        }
        #expect(count > 400)
    }

    @Test("no random change of log or head file crashes the reader, or leaves changed records whole")
    func mutations() throws {
        let log = try Self.read("log.jsonl"), head = try Self.read("log.jsonl.head")
        var random = Generator(state: 20_261_121)
        let pieces = ["\"", "\\", "\n", "{", "}", ",", ":", "null", "\0", "\u{fe}", "\"hash\":\"", "0", "}\n{"].map { Array($0.utf8) }
        for _ in 0..<300 {
            var changed = log
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0...changed.count, using: &random)
                let end = min(changed.count, at + [0, 0, 1, 2, 40, 900].randomElement(using: &random)!)
                changed.replaceSubrange(at..<end, with: pieces.randomElement(using: &random)!)
            }
            if changed != log {
                #expect(!Self.isWhole(changed, head), "\(String(decoding: changed, as: UTF8.self))")
                #expect(!Self.isWhole(changed, nil))
            }
            var badHead = head
            badHead[Int.random(in: 0..<head.count, using: &random)] = .random(in: 0...255, using: &random)
            if changed != log { #expect(!Self.isWhole(changed, badHead)) } else { _ = Self.isWhole(log, badHead) }
        }
    }
}

import Testing

@testable import Sessions

@Suite("Framing text and reports")
struct FramingTests {
    static let bash = ShellDialect(executable: "/usr/bin/bash")
    static let dash = ShellDialect(executable: "/usr/bin/dash")
    static let nonce = "00112233445566778899aabbccddeeff"

    static func line(_ dialect: ShellDialect, _ status: String, _ begin: String, _ flags: String) -> [UInt8] {
        switch dialect.kind {
        case .bash:
            Array("bash: \(status) @\(nonce)x0 \(begin).\(flags): syntax error (error token is \"@\(nonce)x0 \")\n".utf8)
        case .posix: Array("dash: 1: E_\(nonce)x0: \(status) \(begin).\(flags)\n".utf8)
        }
    }

    @Test("A report is found in any chunking, behind anything", arguments: [bash, dash])
    func chunking(dialect: ShellDialect) {
        var random = SeededRandom(seed: 11)
        for _ in 0..<300 {
            let noise = (0..<Int.random(in: 0..<3000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let status = Int.random(in: 0...255, using: &random)
            let begin = UInt32.random(in: 1...999_999, using: &random)
            let bytes = noise + [10] + Self.line(dialect, "\(status)", "\(begin)", "himBe")
            var reader = ControlReader(dialect: dialect.kind, nonce: Self.nonce)
            var found: Report?
            var rest = bytes[...]
            while !rest.isEmpty, found == nil {
                let count = min(rest.count, Int.random(in: 1...200, using: &random))
                found = reader.feed(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(found == Report(status: status, begin: begin, stopsAtErrors: true, turn: 0))
        }
    }

    @Test("The report's own text, echoed or traced, is no report", arguments: [bash, dash])
    func echoed(dialect: ShellDialect) {
        var reader = ControlReader(dialect: dialect.kind, nonce: Self.nonce)
        let text = dialect.report(nonce: Self.nonce)
        #expect(reader.feed(text[...]) == nil)
        #expect(reader.feed((Array("+ ".utf8) + text)[...]) == nil)
        #expect(reader.feed(Self.line(dialect, "3", "", "hi")[...]) == Report(
            status: 3, begin: nil, stopsAtErrors: false, turn: 0))
    }

    @Test("Another nonce, or numbers no status can be, are no report", arguments: [bash, dash])
    func foreign(dialect: ShellDialect) {
        var reader = ControlReader(dialect: dialect.kind, nonce: String(Self.nonce.reversed()))
        #expect(reader.feed(Self.line(dialect, "0", "1", "hi")[...]) == nil)
        var own = ControlReader(dialect: dialect.kind, nonce: Self.nonce)
        #expect(own.feed(Self.line(dialect, "256", "1", "hi")[...]) == nil)
        #expect(own.feed(Self.line(dialect, "", "1", "hi")[...]) == nil)
    }

    @Test("A status line stands only behind text that it cannot change", arguments: [
        ("false && true", true, true), ("set -euo pipefail\nfalse && true", false, true), ("false && true", false, false),
        ("set -x; echo -e", false, false), ("set -v", false, false), ("cat <<E\nx\nE", true, true), ("cat <<E\nx", true, false),
        ("cat <<-'E'\nx\n\tE\n", true, true), ("cat <<<E", true, true), ("echo $((1<<2))", true, true), ("true &&", true, false),
        ("true |", true, false), ("true |\n", true, false), ("sleep 0 &", true, true), ("echo \\", true, false), ("", true, true),
    ])
    func statusLine(command: String, isOn: Bool, expected: Bool) {
        for dialect in [Self.bash, Self.dash] {
            #expect(dialect.statusLine(behind: Array(command.utf8), isOn: isOn).isEmpty == !expected)
        }
    }

    @Test("The status that a status line kept is the command's", arguments: [bash, dash])
    func keptStatus(dialect: ShellDialect) {
        var reader = ControlReader(dialect: dialect.kind, nonce: Self.nonce)
        #expect(reader.feed(Self.line(dialect, "0", "7,3", "ehi")[...]) == Report(
            status: 3, begin: 7, stopsAtErrors: true, turn: 0))
        var other = ControlReader(dialect: dialect.kind, nonce: Self.nonce)
        #expect(other.feed(Self.line(dialect, "0", "7,256", "ehi")[...]) == nil)
    }

    @Test("A command is one line for bash, whatever it holds")
    func oneLine() {
        let command = Array("a\nb'c\\d!e\r\n$(x)`y`".utf8)
        let frame = ShellDialect.Frame(
            begin: 1, nonce: Self.nonce, previousStatus: 0, stopsAtErrors: false, hasInput: false)
        let lines = Self.bash.lines(command: command, frame: frame)
        #expect(lines.count { $0 == 10 } == 2)
        #expect(!lines.contains(UInt8(ascii: "!")))
    }

    @Test("What is left of a command's line after a part of it was dropped is one word")
    func tail() {
        let command = Array("touch a; $(b) `c` \"d\" 'e' | f > g & #h ~ *?[i]{j,k} !l\n\tm=\\n\u{e9}".utf8)
        var text: [UInt8] = []
        Self.bash.quote(command, into: &text)
        let meaning = Set(" \t\n;|&<>()$`\"#~*?[]{}!=".utf8)
        #expect(text.dropFirst(2).allSatisfy { !meaning.contains($0) && $0 < 0x80 })
        #expect(text.dropFirst(2).dropLast().allSatisfy { $0 != UInt8(ascii: "'") })
    }

    @Test("Interruption grows stronger step by step and ends")
    func interruption() {
        var interruption = Interruption()
        var actions: [Interruption.Action] = []
        while actions.last != .giveUp { actions.append(interruption.next().action) }
        #expect(actions.first == .interruptGroup)
        let firstKill = actions.firstIndex(of: .killDescendants)!
        #expect(actions.firstIndex(of: .terminateDescendants)! < firstKill)
        #expect(actions.firstIndex(of: .interruptDescendants)! < firstKill)
        #expect(actions.count < 40)
    }
}

@Suite("Capture")
struct CaptureTests {
    @Test("Small and large streams come back as they came")
    func whole() {
        var random = SeededRandom(seed: 5)
        for size in [0, 1, 65_536, 65_537, 200_000, 1_500_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let capture = Capture()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...100_000, using: &random))
                capture.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(capture.totalBytes == size)
            #expect(capture.isComplete)
            #expect(capture.contents() == bytes)
        }
    }

    @Test("Of more than it keeps it has the head, the tail and the count between")
    func headAndTail() {
        let capture = Capture()
        let block = [UInt8](repeating: 0, count: 1 << 20)
        let blocks = 40
        for number in 0..<blocks {
            var marked = block
            marked[0] = UInt8(number + 1)
            capture.append(marked[...])
        }
        #expect(capture.totalBytes == blocks << 20)
        #expect(!capture.isComplete)
        var kept = 0
        var gaps: [Int] = []
        capture.forEachPiece { piece in
            switch piece {
            case .bytes(let bytes): kept += bytes.count
            case .gap(let size): gaps.append(size)
            }
        }
        #expect(gaps == [capture.omittedBytes])
        #expect(kept + capture.omittedBytes == capture.totalBytes)
        #expect(kept >= Capture.headLimit + Capture.tailLimit)
        #expect(kept <= Capture.headLimit + 2 * Capture.tailLimit)
        #expect(capture.bytes(at: 0, length: 1) == [1])
        #expect(capture.bytes(at: (blocks - 1) << 20, length: 1) == [UInt8(blocks)])
        #expect(capture.bytes(at: Capture.headLimit, length: 1) == [])
    }

    @Test("An ending that is not the stream's own can be hidden")
    func hidden() {
        let capture = Capture()
        capture.append(Array("text\nexit\n".utf8)[...])
        capture.hide(suffix: Array("exit\n".utf8))
        #expect(capture.contents() == Array("text\n".utf8))
        capture.hide(suffix: Array("exit\n".utf8))
        #expect(capture.totalBytes == 5)
    }
}

/// SplitMix64: the same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

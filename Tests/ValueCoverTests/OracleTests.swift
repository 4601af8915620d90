import CommandCalls
import EventLoop
import Foundation
import SecretMemory
import Sessions
import Spawn
import Testing
import ValueCover

/// The redactor graded by twins: the same program is run with two values, and what differs must have been covered.
@Suite("Programs run twice, with two values", .serialized)
struct OracleTests {
    /// A generator of programs, the same ones in every run.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let sources = [
        #"printf %s "$S""#, #"echo "$S""#, #"env | grep ^S="#, #"cat <<<"$S""#, #"cat /proc/self/environ | tr '\0' '\n' | grep ^S="#,
        #"printf 'a%s' "$S""#, #"printf 'ab%s' "$S""#, #"printf 'abc%s,d' "$S""#, #"printf '{"k": "%s"}' "$S""#,
    ]

    static let encoders = [
        "cat", "base64 -w0", "base64 -w0 | tr -d =", "basenc --base64url -w0",
        "basenc --base64url -w0 | tr -d =", "od -An -v -tx1 | tr -d ' \\n'", "basenc --base16 -w0",
        "od -An -v -tx1 | tr -d ' \\n' | sed 's/../&:/g'", "rev",
        #"perl -pe 's/([^A-Za-z0-9\n])/sprintf("%%%02X",ord $1)/ge'"#, #"perl -pe 's/([^\n])/sprintf("%%%02x",ord $1)/ge'"#,
        #"perl -pe 's/([^A-Za-z\n])/sprintf("\\u%04x",ord $1)/ge'"#, #"perl -pe 's/([^\n])/sprintf("\\x%02x",ord $1)/ge'"#,
        #"perl -pe 's/([^\n])/sprintf("\\%03o",ord $1)/ge'"#, #"perl -pe 's/([^A-Za-z0-9\n])/sprintf("&#%d;",ord $1)/ge'"#,
        #"perl -pe 's/([^\n])/sprintf("&#x%x;",ord $1)/ge'"#, "iconv -t UTF-16LE", "iconv -t UTF-16BE",
        #"perl -pe 's/([\\"$`\x27])/\\$1/g'"#,
    ]

    /// These break lines.
    static let wrappers = ["base64", "base64 -w 20", "od -An -v -tx1", "od -An -v -tx1 -w5"]

    /// These put text beside every line: between two lines of one value, nothing would find it.
    static let labels = ["sed 's/^/line: /'", "sed 's/$/ .../'", "nl"]

    static let dresses = [
        "cat", "fold -w 7", "fold -w 40", #"perl -pe 's/([^\n])/\e[32m$1\e[0m/g'"#,
        #"perl -e '$|=1; while (read(STDIN,$c,1)) { syswrite(STDOUT,$c) }'"#, "cat; echo after", "{ echo before; cat; }",
        #"perl -0777 -pe 's/(.{11})/$1\r\n/gs'"#,
    ]

    static func program(_ random: inout Seeded) -> String {
        let source = sources.randomElement(using: &random)!
        let wraps = Int.random(in: 0...4, using: &random) == 0
        let encoder = (wraps ? wrappers : encoders).randomElement(using: &random)!
        let dress = (wraps ? dresses : dresses + labels).randomElement(using: &random)!
        let noise = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            "echo \(Int.random(in: 0...99_999, using: &random))"
        }
        return (noise + ["{ \(source); } | { \(encoder); } | { \(dress); }"] + noise).joined(separator: "; ")
    }

    /// Two values of the same shape: where one has a letter the other has one, so that nothing around them shifts.
    static func values(_ random: inout Seeded) -> (String, String) {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let marks = Array("-_.+/=:#!%~")
        var (one, two) = ("", "")
        for index in 0..<Int.random(in: 12...44, using: &random) {
            switch Int.random(in: 0...9, using: &random) {
            case 0 where index > 0:
                let mark = marks.randomElement(using: &random)!
                one.append(mark)
                two.append(mark)
            case 1...3:
                one.append(String(Int.random(in: 0...9, using: &random)))
                two.append(String(Int.random(in: 0...9, using: &random)))
            default:
                one.append(letters.randomElement(using: &random)!)
                two.append(letters.randomElement(using: &random)!)
            }
        }
        return (one, two)
    }

    struct Run {
        let raw: [UInt8]
        let shown: [UInt8]
        let redactions: Int
    }

    @Test("Whatever differs between the two outputs of 2,000 programs is covered")
    func twins() throws {
        let loop = try EventLoop()
        let runs = DirectRuns(loop: loop, spawner: Spawner())
        var random = Seeded(state: 20_261_121)
        var left = 2_000
        var under = 0
        var told = 0
        var isStuck = false

        func start() throws {
            while left > 0, under < 6 {
                left -= 1
                under += 1
                let program = Self.program(&random)
                let (one, two) = Self.values(&random)
                var first: Run?
                try run(program, one, on: runs) { done in
                    first = done
                }
                try run(program, two, on: runs) { second in
                    // They may end in any order.
                    func judge() {
                        guard let first else { return loop.soon(judge) }
                        if first.raw == second.raw { Issue.record("the program shows nothing of its value: \(program)") }
                        // A value that ends as it would begin backwards takes the end of its line with it.
                        if Self.trimmed(first.shown) != Self.trimmed(second.shown) {
                            Issue.record("uncovered: \(program)\n\(one)\n\(two)\n\(Self.text(first.shown))\n\(Self.text(second.shown))")
                        }
                        if first.redactions > 0 { told += 1 }
                        under -= 1
                        if left == 0, under == 0 { return loop.stop() }
                        do { try start() } catch { Issue.record(error) }
                    }
                    judge()
                }
            }
        }
        try start()
        let limit = loop.after(.seconds(900)) {
            isStuck = true
            loop.stop()
        }
        try loop.run()
        limit.cancel()
        #expect(!isStuck)
        #expect(told == 2_000, "each says that it covered something")
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[..<((bytes.lastIndex { $0 > 0x20 } ?? -1) + 1)]
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }

    private func run(_ program: String, _ value: String, on runs: DirectRuns, then: @escaping (Run) -> Void) throws {
        var environment = try EnvironmentBlock.inherited()
        try environment.set("S", to: value)
        let cover = ValueCover()
        var buffer = try SecretBuffer()
        for byte in value.utf8 { try buffer.append(byte) }
        try cover.add("S", try buffer.take(), allowingWeak: false)
        let texts = Texts(cover: cover)
        let plan = SpawnPlan(
            executable: "/bin/bash", arguments: ["bash", "-c", program], environment: environment, workingDirectory: "/")
        try runs.start(plan, timeout: .seconds(300)) { outcome in
            let raw = outcome.stdout.contents()
            var stream = texts.stream()
            var shown: [UInt8] = []
            var place = 0
            var size = 1
            // Cut anywhere.
            while place < raw.count {
                let end = min(raw.count, place + size)
                stream.feed(Array(raw[place..<end]), into: &shown)
                (place, size) = (end, size % 97 + 13)
            }
            stream.finish(into: &shown)
            then(Run(raw: raw, shown: shown, redactions: stream.redactions["S"] ?? 0))
        }
    }
}

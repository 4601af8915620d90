import Testing
@testable import Redaction

@Suite("Work and memory")
struct EffortTests {
    /// Work for `count` bytes of a repeated text, fed in pieces of 4 KiB.
    private func effort(_ unit: String, _ count: Int) -> (effort: Int, held: Int) {
        let piece = Array(String(repeating: unit, count: count / unit.utf8.count + 1).utf8.prefix(count))
        var redactor = Redactor()
        var output: [UInt8] = []
        var held = 0
        for start in stride(from: 0, to: count, by: 4096) {
            redactor.feed(piece[start..<min(count, start + 4096)], into: &output)
            held = max(held, redactor.heldBytes)
        }
        redactor.finish(into: &output)
        return (redactor.effort, held)
    }

    static let hostile = [
        "-----BEGIN ", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA-", "password=", "password", "key", "keykey=", "eyJ", "eyJ.", ".eyJaaaaa", " eyJaaaaaaaa.aaaaaaaaa ",
        "://", "://a:b", "a://", "ghp_", "gh", "sk-", " -p", "curl -u", " -u a:b", "--user", ":AA", "1:AA", "Q~", "7Q~", "SK", "MT", "MT.", "[REDACTED:", "[REDACTED:x]",
        "token \"", "\"token\":\"\\", "token: a", "login a password ", "<password>", ":5432:", "a:5432:b:c:", "Authorization: Basic ", "bearer ",
        "AKIA", "x", "-", "--", "\\", "\"", "token ,", "pass:a", "secret=,", "a=token ",
    ]

    @Test("Work is linear in the text, whatever repeats", arguments: hostile)
    func linear(unit: String) {
        let size = 9_000
        let work = effort(unit, size)
        #expect(work.effort <= 200 * size, "\(work.effort / size) a byte")
        #expect(work.held <= 65_536)
    }

    @Test("A long token is one marker and takes little memory")
    func longToken() {
        for start in ["password=", "x ghp_", "-----BEGIN PRIVATE KEY-----\n", "\"token\": \"", "ey" + "Jaaaaaaaa.", "Bearer 7"] {
            let chunk = [UInt8](repeating: UInt8(ascii: "A"), count: 8192)
            var redactor = Redactor()
            var output: [UInt8] = []
            redactor.feed(Array(start.utf8), into: &output)
            var held = 0
            for _ in 0..<30 {
                redactor.feed(chunk, into: &output)
                held = max(held, redactor.heldBytes)
            }
            redactor.finish(into: &output)
            #expect(redactor.redactions == 1, "\(start)")
            #expect(output.count < 64)
            #expect(held < 65_536)
        }
    }

    @Test("The scanner stops at each anchor, wherever it stands in a block")
    func filter() {
        let rules = RedactionRules.standard
        for rule in rules.rules {
            for lead in 0..<17 {
                let text = [UInt8](repeating: UInt8(ascii: "."), count: lead) + rule.anchor + Array(String(repeating: rule.next.contains(0x2E) ? "." : "0", count: 9).utf8)
                for level in 0...rules.filter.bestLevel {
                    #expect(rules.filter.next(in: text, from: 0, level: level)?.place == lead)
                }
            }
        }
        #expect(rules.filter.next(in: Array(repeating: 0x2E, count: 300), from: 0, level: .max) == nil)
        #expect(rules.filter.next(in: [], from: 0, level: .max) == nil)
    }
}

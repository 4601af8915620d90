import CommandPolicy
import Foundation
import Testing

@testable import SecretRunTools

@Suite("An argument vector as a line of a shell", .serialized)
struct QuotingTests {
    @Test("A reader sees plain words plain, and the others quoted")
    func examples() {
        #expect(QuotedCommand.line(["curl", "-sS", "--max-time=5", "https://example.org/a"]) == "curl -sS --max-time=5 https://example.org/a")
        #expect(QuotedCommand.line(["sh", "-c", "echo $A"]) == "sh -c 'echo $A'")
        #expect(QuotedCommand.line(["a'b", ""]) == #"'a'\''b' ''"#)
        #expect(QuotedCommand.line(["A=b", "c"]) == "'A=b' c")
        #expect(QuotedCommand.line(["if", "if"]) == "'if' if")
        #expect(QuotedCommand.line(["a'\u{301}"]) == "'a'\\''\u{301}'")
    }

    /// What a shell makes of a line, as the words behind the first.
    private func words(_ line: String, by shell: String) throws -> [[UInt8]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: shell)
        process.arguments = ["-c", "printf '%s\\0' \(line)"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { Array($0) }
    }

    @Test("A real shell reads exactly the vector back", arguments: ["/bin/sh", "/bin/bash"])
    func shells(_ shell: String) throws {
        guard FileManager.default.isExecutableFile(atPath: shell) else { return }
        var numbers = SystemRandomNumberGenerator()
        let letters = Array("a'\"\\$`!#&*()[]{};<>?|~ \n\t=%é\u{202E}\u{301}-+:,/.@^0A\u{1}")
        for _ in 0..<60 {
            let vector = (0..<20).map { _ in
                String((0..<Int.random(in: 0...6, using: &numbers)).map { _ in letters.randomElement(using: &numbers)! })
            }
            // Behind a first word, where `printf` puts them.
            let line = QuotedCommand.line(["x"] + vector).dropFirst(2)
            #expect(try words(String(line), by: shell) == vector.map { Array($0.utf8) })
        }
    }

    @Test("The policy sees the program that the vector names, whatever it is called, and nothing else", arguments: [
        "rm", "if", "A=b", "a b", "$(rm)", "`rm`", "rm;rm", "'", "{", "!", "time", "[[", "~", "*", "x\ny",
    ])
    func policy(_ program: String) {
        #expect(CommandAnalysis(QuotedCommand.line([program, "a", "&&", "rm"])).programNames.contains(program))
        #expect(!CommandAnalysis(QuotedCommand.line(["echo", program, "&&", "unlink"])).programNames.contains("unlink"))
    }

    @Test("What a shell in the vector runs is seen too")
    func nested() {
        #expect(CommandAnalysis(QuotedCommand.line(["sh", "-c", "true; rm x"])).programNames.contains("rm"))
        #expect(CommandAnalysis(QuotedCommand.line(["env", "A=b", "sh", "-c", "it's() { :; }; unlink y"])).programNames.contains("sh"))
    }
}

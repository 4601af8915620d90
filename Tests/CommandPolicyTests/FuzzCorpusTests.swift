import CommandPolicy
import Foundation
import JSON
import Testing

/// Hostile texts, kept in `Corpus` and made anew by a seeded mutator.
@Suite("Fuzzed commands and policies")
struct FuzzCorpusTests {
    private static func lines(_ name: String) throws -> [JSONValue] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name).jsonl")
        return try [UInt8](Data(contentsOf: file)).split(separator: 0x0a).map { try JSONParser.parse(Array($0)) }
    }

    /// Each character is a byte.
    private static func bytes(_ value: JSONValue) throws -> [UInt8] {
        try #require(value.string).unicodeScalars.map { UInt8($0.value) }
    }

    private static func judge(_ command: [UInt8], _ policy: CommandPolicy) {
        let analysis = CommandAnalysis(command)
        #expect(analysis.effort <= min(100 * (command.count + 2048), 16 << 20))
        #expect(analysis.programNames == CommandAnalysis(command).programNames)
        let verdict = policy.judge(command, analysis: analysis)
        #expect(verdict.outcome == .allow || !verdict.advice.isEmpty)
        #expect(verdict.findings.allSatisfy { ($0.offset ?? 0) <= command.count })
    }

    private static func strict() throws -> CommandPolicy { try policy(#"{"allow": ["ls"], "deny": ["rm"], "unknown": "deny"}"#) }

    @Test("Every kept hostile command is judged in bounded effort, twice the same")
    func hostile() throws {
        let policy = try Self.strict()
        let commands = try Self.lines("hostile").map(Self.bytes)
        #expect(commands.count > 400)
        for command in commands { Self.judge(command, policy) }
    }

    @Test("Every program that bash started for a kept command is found in its text, or told to be unknown")
    func simple() throws {
        let cases = try Self.lines("simple")
        #expect(cases.count > 300)
        var unknown = 0
        for entry in cases {
            let text = try #require(entry.object?["command"]?.string)
            let ran = Set(try #require(entry.object?["ran"]?.array).compactMap(\.string))
            let found = Set(programs(text))
            // A name with an expansion in it is told to be unknown.
            guard !ran.isSubset(of: found) else { continue }
            unknown += 1
            #expect(
                unknowns(text).contains(.expandedProgram), "\(text)\nonly bash: \(ran.subtracting(found).sorted())")
        }
        #expect(unknown <= cases.count / 50)
    }

    @Test("No random change of a kept command crashes the reader or makes it read without end")
    func mutations() throws {
        let policy = try Self.strict()
        let commands = try (Self.lines("hostile")).map(Self.bytes)
        var random = Generator(state: 20_261_121)
        for _ in 0..<1_500 {
            var command = commands.randomElement(using: &random)!
            let other = commands.randomElement(using: &random)!
            let at = Int.random(in: 0...command.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: command.insert(.random(in: 0...255, using: &random), at: at)
            case 1: command.removeSubrange(at..<min(command.count, at + 3))
            case 2: command.insert(contentsOf: other, at: at)
            default: command += command
            }
            Self.judge(command, policy)
        }
    }

    /// Nil when the file was refused with a place in it.
    private static func load(_ file: [UInt8]) -> CommandPolicy? {
        do {
            return try CommandPolicy(parsing: file, compiler: plainCompiler)
        } catch {
            #expect(error.fault != .syntax || error.offset.map { $0 <= file.count } == true)
            #expect(error.fault == .syntax || !error.path.isEmpty || error.fault == .wrongType(expected: .object))
            return nil
        }
    }

    @Test("Every kept policy file is refused with its place, or judges")
    func policies() throws {
        let files = try Self.lines("policies").map(Self.bytes)
        #expect(files.count >= 300)
        let loaded = files.compactMap(Self.load)
        for policy in loaded { #expect(policy.judge("rm -rf /").outcome != .allow || policy.outcome(of: .removeRoot) == .allow) }
        #expect(!loaded.isEmpty && loaded.count < files.count / 2)
    }

    @Test("No random change of a policy file crashes the loader")
    func policyMutations() throws {
        let files = try Self.lines("policies").map(Self.bytes).filter { $0.count < 600 }
        var random = Generator(state: 7)
        for _ in 0..<2_000 {
            var file = files.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0...file.count, using: &random)
                if Bool.random(using: &random) {
                    file.insert(.random(in: 0...255, using: &random), at: at)
                } else {
                    file.removeSubrange(at..<min(file.count, at + 2))
                }
            }
            _ = Self.load(file)
        }
    }

    @Test("A policy of 100,000 rules holds each of them")
    func manyRules() throws {
        let names = (0..<100_000).map { "\"p\($0)\"" }.joined(separator: ",")
        let policy = try policy("{\"deny\": [\(names)]}")
        #expect(policy.ruleCounts.contains { $0.list == .deny && $0.count == 100_000 })
        #expect(policy.judge("p99999 x").outcome == .deny && policy.judge("p100000 x").outcome == .allow)
    }
}

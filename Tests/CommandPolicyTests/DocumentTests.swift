import CommandPolicy
import Foundation
import Testing

@Suite("Documents of the policy")
struct DocumentTests {
    private func text(_ path: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("The example file loads and does what it says")
    func example() throws {
        let policy = try policy(try text("policy.example.json"))
        #expect(policy.judge("env sudo ls").outcome == .ask)
        #expect(policy.judge("git push --force").outcome == .deny)
        #expect(policy.judge("make test").outcome == .allow)
    }

    @Test("Every JSON block of docs/policy.md loads, and every built-in rule is listed there")
    func document() throws {
        let document = try text("docs/policy.md")
        let blocks = document.components("```json\n").dropFirst().compactMap { $0.components("```").first }
        #expect(blocks.count >= 2)
        for block in blocks { #expect(failure(block) == nil, "\(block)") }
        for rule in BuiltInRule.allCases { #expect(document.contains("| `\(rule.rawValue)` |")) }
        for reason in UnknownReason.allCases { #expect(document.contains("| `\(reason.rawValue)` |")) }
    }
}

import Testing
@testable import Redaction

@Suite("Markers")
struct MarkerTests {
    @Test("Redacted text is left as it is, with no count", arguments: Samples.all)
    func idempotent(sample: Sample) {
        let once = Redactor.redact(Array(sample.text.utf8))
        let twice = Redactor.redact(once.text)
        #expect(twice.text == once.text)
        #expect(twice.counts.isEmpty)
    }

    @Test("No marker ever stands within a marker", arguments: 0..<40)
    func neverNested(seed: Int) {
        var make = Generator(state: UInt64(seed) &+ 77)
        var text: [UInt8] = []
        for _ in 0..<20 {
            text += Samples.all.randomElement(using: &make)!.text.utf8
            text += RedactionMarker.bytes(for: ["token", "github-token", "password"].randomElement(using: &make)!)
            text += Array("=: \n\"".utf8).shuffled(using: &make).prefix(2)
        }
        let output = Redactor.redact(text).text
        #expect(!output.holds(Array("[REDACTED:[".utf8)))
        #expect(!output.holds(Array("[REDACTED:github-[".utf8)))
    }

    @Test("A marker is recognised, and only a whole one")
    func recognised() {
        func contains(_ text: String) -> Bool { RedactionMarker.contains(Array(text.utf8)) }
        #expect(contains("a [REDACTED:github-token] b"))
        #expect(contains("[[REDACTED:DB_PASSWORD]"))
        #expect(!contains("[REDACTED]"))
        #expect(!contains("[REDACTED:]"))
        #expect(!contains("[REDACTED:a b]"))
        #expect(!contains("[REDACTED:" + String(repeating: "x", count: 65) + "]"))
    }

    @Test("A secret dressed as a marker is a secret")
    func dressed() {
        let secret = Samples.shapes[3].secret
        #expect(!redact("[REDACTED:\(secret)]").contains(secret))
    }
}

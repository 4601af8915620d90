import Testing

@Suite("Redaction")
struct RedactionPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

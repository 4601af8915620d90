import Testing

@Suite("JSON")
struct JSONPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

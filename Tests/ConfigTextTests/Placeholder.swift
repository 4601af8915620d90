import Testing

@Suite("ConfigText")
struct ConfigTextPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

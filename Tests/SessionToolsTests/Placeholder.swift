import Testing

@Suite("SessionTools")
struct SessionToolsPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

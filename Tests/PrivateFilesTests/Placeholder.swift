import Testing

@Suite("PrivateFiles")
struct PrivateFilesPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

import Testing

@Suite("Settings")
struct SettingsPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

import Testing

@Suite("Spawn")
struct SpawnPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

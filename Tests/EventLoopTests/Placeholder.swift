import Testing

@Suite("EventLoop")
struct EventLoopPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

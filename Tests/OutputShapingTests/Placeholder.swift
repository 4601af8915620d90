import Testing

@Suite("OutputShaping")
struct OutputShapingPlaceholderTests {
    @Test("The room is there") func present() { #expect(Bool(true)) }
}

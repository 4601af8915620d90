import Testing

@testable import SessionFiles

@Suite("Edits of text")
struct TextEditTests {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    func edit(_ old: String, _ new: String, everywhere: Bool = false) -> TextEdit {
        TextEdit(old: bytes(old), new: bytes(new), isEverywhere: everywhere)
    }

    @Test("Edits follow one another, each in what the ones before left")
    func order() throws {
        let made = try TextEdit.apply([edit("a", "bb"), edit("bb", "c"), edit("x", "", everywhere: true)], to: bytes("xaxx"))
        #expect(made.text == bytes("c"))
        #expect(made.places == 5)
    }

    @Test("What is not there, not the only one, or no text, changes nothing and is told by its number")
    func faults() {
        let text = bytes("one two one")
        #expect(throws: TextEdit.Failure.notFound(1)) { try TextEdit.apply([edit("two", "2"), edit("two", "3")], to: text) }
        #expect(throws: TextEdit.Failure.ambiguous(0, places: 2)) { try TextEdit.apply([edit("one", "1")], to: text) }
        #expect(throws: TextEdit.Failure.empty(0)) { try TextEdit.apply([edit("", "1")], to: text) }
    }

    @Test("Places are those that a search from every byte finds")
    func twin() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            let word = (0..<Int.random(in: 1...4, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            var expected: [Int] = []
            var index = 0
            while index + word.count <= text.count {
                if text[index..<index + word.count].elementsEqual(word) {
                    expected.append(index)
                    index += word.count
                } else {
                    index += 1
                }
            }
            #expect(TextEdit.places(of: word, in: text) == expected, "\(word) in \(text)")
        }
    }
}

import Testing

@testable import SecretRunTools

@Suite("Which names stand in a command")
struct MentionTests {
    @Test("Whole words only, wherever they stand, in the order of the list", arguments: [
        (["sh", "-c", "echo $TOKEN"], ["TOKEN"]),
        (["sh", "-c", "echo ${TOKEN}x ${DB_URL:-none}"], ["TOKEN", "DB_URL"]),
        (["sh", "-c", "echo $TOKEN_2 $MYTOKEN TOKENS"], []),
        (["sh", "-c", "echo token"], []),
        (["python3", "-c", "import os; os.environ['DB_URL']"], ["DB_URL"]),
        (["TOKEN"], ["TOKEN"]),
        (["--env=TOKEN,DB_URL"], ["TOKEN", "DB_URL"]),
        (["TO", "KEN"], []),
        (["éTOKENé"], ["TOKEN"]),
        ([""], []),
        ([], []),
    ] as [([String], [String])])
    func examples(_ arguments: [String], _ expected: [String]) {
        #expect(MentionedNames.of(["TOKEN", "DB_URL", "A1"], in: arguments) == expected)
    }

    @Test("Names that are parts of each other are told apart, and a name twice in the list comes once")
    func overlapping() {
        #expect(MentionedNames.of(["A", "AA", "AAA"], in: ["AA"]) == ["AA"])
        #expect(MentionedNames.of(["B", "B"], in: ["B B"]) == ["B"])
        #expect(MentionedNames.of([], in: ["B"]) == [])
        #expect(MentionedNames.of(["A-B"], in: ["A-B"]) == [], "no word holds a dash")
    }

    @Test("What is found is what a naive search finds")
    func twin() {
        func isWord(_ byte: UInt8?) -> Bool {
            guard let byte else { return false }
            return byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        func naive(_ keys: [String], _ arguments: [String]) -> [String] {
            keys.filter { key in
                let key = Array(key.utf8)
                return arguments.contains { argument in
                    let text = Array(argument.utf8)
                    guard text.count >= key.count else { return false }
                    return (0...(text.count - key.count)).contains { start in
                        Array(text[start..<(start + key.count)]) == key && !isWord(start > 0 ? text[start - 1] : nil)
                            && !isWord(start + key.count < text.count ? text[start + key.count] : nil)
                    }
                }
            }
        }
        var numbers = SystemRandomNumberGenerator()
        func text(_ alphabet: String, _ most: Int) -> String {
            String((0..<Int.random(in: 0...most, using: &numbers)).map { _ in alphabet.randomElement(using: &numbers)! })
        }
        for _ in 0..<3_000 {
            let keys = Array(Set((0..<6).map { _ in text("AB_1", 3) }.filter { !$0.isEmpty }))
            let arguments = (0..<3).map { _ in text("AB_1$ {}é-", 14) }
            #expect(MentionedNames.of(keys, in: arguments) == naive(keys, arguments), "\(keys) in \(arguments)")
        }
    }

    @Test("A command of megabytes and a thousand names is no work")
    func long() {
        let keys = (0..<1_000).map { "KEY_\($0)" }
        let argument = String(repeating: "KEY_1000 KEY_ ", count: 100_000) + "KEY_999"
        #expect(MentionedNames.of(keys, in: [argument]) == ["KEY_999"])
    }
}

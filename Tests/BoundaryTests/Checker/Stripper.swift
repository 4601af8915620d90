/// Code without comments and without the text of string literals, line for line.
///
/// Removed bytes become blanks, so offsets and lines stay. What a Swift literal interpolates is code and is kept.
struct Stripper {
    enum Language { case swift, c }

    private let input: [UInt8]
    private var output: [UInt8]
    private var at = 0
    private let language: Language
    /// A literal or comment did not end: the rest of the file could hide anything.
    private(set) var isUnterminated = false

    static func strip(_ text: String, _ language: Language) -> (code: String, isUnterminated: Bool) {
        var stripper = Stripper(Array(text.utf8), language)
        stripper.code(untilParenthesis: false)
        return (String(decoding: stripper.output, as: UTF8.self), stripper.isUnterminated)
    }

    private init(_ input: [UInt8], _ language: Language) {
        self.input = input
        self.output = []
        self.output.reserveCapacity(input.count)
        self.language = language
    }

    private func peek(_ offset: Int = 0) -> UInt8 {
        at + offset < input.count ? input[at + offset] : 0
    }

    private func starts(_ text: String) -> Bool {
        var ahead = 0
        for byte in text.utf8 {
            guard peek(ahead) == byte else { return false }
            ahead += 1
        }
        return true
    }

    private mutating func keep() {
        output.append(input[at])
        at += 1
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where at < input.count {
            output.append(input[at] == UInt8(ascii: "\n") ? input[at] : UInt8(ascii: " "))
            at += 1
        }
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while at < input.count {
            let byte = peek()
            // Most bytes are none that matters here.
            guard byte < 0x30 else {
                keep()
                continue
            }
            if byte == UInt8(ascii: "/"), starts("//") {
                while at < input.count, peek() != UInt8(ascii: "\n") { blank() }
            } else if byte == UInt8(ascii: "/"), starts("/*") {
                blockComment()
            } else if byte == UInt8(ascii: "\"") || (language == .swift && byte == UInt8(ascii: "#") && isRawStart()) {
                literal()
            } else if language == .c, byte == UInt8(ascii: "'") {
                quoted(by: byte)
            } else if untilParenthesis, byte == UInt8(ascii: "(") {
                depth += 1
                keep()
            } else if untilParenthesis, byte == UInt8(ascii: ")") {
                if depth == 0 { return }
                depth -= 1
                keep()
            } else {
                keep()
            }
        }
        if untilParenthesis { isUnterminated = true }
    }

    private mutating func blockComment() {
        var depth = 0
        while at < input.count {
            if starts("/*"), language == .swift || depth == 0 {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
                if depth == 0 { return }
            } else {
                blank()
            }
        }
        isUnterminated = true
    }

    private func isRawStart() -> Bool {
        var ahead = 0
        while peek(ahead) == UInt8(ascii: "#") { ahead += 1 }
        return peek(ahead) == UInt8(ascii: "\"")
    }

    private mutating func literal() {
        guard language == .swift else { return quoted(by: UInt8(ascii: "\"")) }
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        let fence = String(repeating: "#", count: hashes)
        blank(hashes)
        let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
        blank(quotes.utf8.count)
        while at < input.count {
            if starts(quotes + fence) {
                blank(quotes.utf8.count + hashes)
                return
            }
            if starts("\\" + fence + "(") {
                blank(hashes + 2)
                code(untilParenthesis: true)
                blank()
            } else if starts("\\" + fence) {
                blank(hashes + 2)
            } else if peek() == UInt8(ascii: "\n"), quotes == "\"" {
                isUnterminated = true
                return
            } else {
                blank()
            }
        }
        isUnterminated = true
    }

    private mutating func quoted(by quote: UInt8) {
        blank()
        while at < input.count, peek() != UInt8(ascii: "\n") {
            if peek() == quote { return blank() }
            blank(peek() == UInt8(ascii: "\\") ? 2 : 1)
        }
        isUnterminated = true
    }
}

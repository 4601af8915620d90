/// One line of ssh_config(5): a keyword and its words.
struct ConfigLine: Equatable {
    /// In lower case.
    var keyword: String
    var words: [String]

    /// What a line says: nothing (empty or a comment), a line, or something that cannot be read.
    enum Reading: Equatable {
        case nothing
        case line(ConfigLine)
        case broken
    }

    /// Blanks or one `=` stand between the keyword and its words. A word may be quoted with `"` or `'`; a backslash escapes a
    /// quote, a backslash, and outside quotes a blank; `#` at the start of a word begins a comment.
    static func read(_ text: ArraySlice<UInt8>) -> Reading {
        let trimmed = text.drop(while: isBlank)
        guard let first = trimmed.first, first != 0x23 else { return .nothing }
        let keyword = trimmed.prefix { !isBlank($0) && $0 != 0x3d && $0 != 0x22 }
        var rest = trimmed.dropFirst(keyword.count).drop(while: isBlank)
        if rest.first == 0x3d { rest = rest.dropFirst().drop(while: isBlank) }
        guard let words = words(rest), !keyword.isEmpty else { return .broken }
        return .line(ConfigLine(keyword: String(decoding: keyword, as: UTF8.self).lowercased(), words: words))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0c }

    /// Nil when a quote does not end.
    private static func words(_ text: ArraySlice<UInt8>) -> [String]? {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            position += 1
            if byte == 0x5c, position < text.endIndex, isEscaped(text[position], inQuotes: quote != nil) {
                word = (word ?? []) + [text[position]]
                position += 1
            } else if let open = quote {
                if byte == open { quote = nil } else { word?.append(byte) }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
                word = word ?? []
            } else if isBlank(byte) {
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            } else if byte == 0x23, word == nil {
                break
            } else {
                word = (word ?? []) + [byte]
            }
        }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return quote == nil ? words : nil
    }

    private static func isEscaped(_ byte: UInt8, inQuotes: Bool) -> Bool {
        byte == 0x22 || byte == 0x27 || byte == 0x5c || (!inQuotes && byte == 0x20)
    }
}

import Redaction

/// Drops the beginning of what follows a gap, since it may be the second half of a secret: the rest of its first line (of a
/// very long one, a part that ends between two words), and the rest of a private key whose beginning fell into the gap.
package struct AfterGap {
    private static let longestLine = 8192
    private static let longestWord = 4096
    private static let footer = Array("-----END ".utf8)
    private static let header = Array("-----BEGIN ".utf8)
    /// A key of 16,384 bits has fewer characters.
    private static let longestKey = 16_384

    /// So much at least could be the second half of a known value.
    private var least: Int
    private var start: [UInt8] = []
    private var isPast = false

    init(_ texts: Texts) { least = texts.cover?.longestSpelling ?? 0 }

    /// What may go on of the next bytes.
    package mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
        if isPast { return bytes }
        let dropped = min(least, bytes.count)
        least -= dropped
        start += bytes[dropped...]
        guard start.count >= Self.longestLine + Self.longestWord + Self.longestKey else { return [] }
        isPast = true
        defer { start = [] }
        let lineEnd = Self.lineEnd(start)
        let searched = start[lineEnd..<min(start.count, lineEnd + Self.longestKey)]
        if let footer = Self.index(of: Self.footer, in: searched),
            Self.index(of: Self.header, in: searched).map({ $0 > footer }) ?? true
        {
            let rest = start[footer...]
            return Array(rest[(rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex)...])
        }
        return Array(start[lineEnd...])
    }

    /// Where to go on: behind the first line; of a very long one behind a word, so that no secret's second half is left.
    private static func lineEnd(_ text: [UInt8]) -> Int {
        if let newline = text.prefix(longestLine).firstIndex(of: 0x0A) { return newline + 1 }
        let rest = text[longestLine..<longestLine + longestWord]
        let found = rest.firstIndex(where: { $0 <= 0x20 }) ?? rest.firstIndex(where: separators.contains)
        return found.map { $0 + 1 } ?? rest.endIndex
    }

    /// What stands between words where there are no blanks, and in no token.
    private static let separators = Array("\"'`,;<>(){}[]|".utf8)

    private static func index(of word: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: word[0]) {
            if text[found...].starts(with: word) { return found }
            index = found + 1
        }
        return nil
    }
}

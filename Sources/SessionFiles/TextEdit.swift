/// One change of a text: what stands there, and what is to stand there.
public struct TextEdit: Equatable, Sendable {
    public var old: [UInt8]
    public var new: [UInt8]
    /// Every place; else there must be exactly one.
    public var isEverywhere: Bool

    public init(old: [UInt8], new: [UInt8], isEverywhere: Bool = false) {
        self.old = old
        self.new = new
        self.isEverywhere = isEverywhere
    }

    /// Why an edit does not fit; nothing was changed.
    public enum Failure: Error, Equatable, Sendable {
        /// The edit of this number, from 0, names no text.
        case empty(Int)
        case notFound(Int)
        case ambiguous(Int, places: Int)
    }

    /// Makes the edits one after the other, each in what the ones before left; all of them or none.
    ///
    /// - Returns: the new text, and how many places were changed.
    public static func apply(_ edits: [TextEdit], to text: [UInt8]) throws(Failure) -> (text: [UInt8], places: Int) {
        var text = text
        var count = 0
        for (number, edit) in edits.enumerated() {
            guard !edit.old.isEmpty else { throw .empty(number) }
            let places = places(of: edit.old, in: text)
            guard !places.isEmpty else { throw .notFound(number) }
            guard edit.isEverywhere || places.count == 1 else { throw .ambiguous(number, places: places.count) }
            var changed: [UInt8] = []
            var end = 0
            for place in places {
                changed += text[end..<place] + edit.new
                end = place + edit.old.count
            }
            text = changed + text[end...]
            count += places.count
        }
        return (text, count)
    }

    /// Where a word stands, from left to right, without overlaps.
    static func places(of word: [UInt8], in text: [UInt8]) -> [Int] {
        // The table of Knuth, Morris and Pratt: linear also in a text that someone made to be slow.
        var table = [0]
        var matched = 0
        for index in word.indices.dropFirst() {
            while matched > 0, word[index] != word[matched] { matched = table[matched - 1] }
            if word[index] == word[matched] { matched += 1 }
            table.append(matched)
        }
        matched = 0
        var places: [Int] = []
        for index in text.indices {
            while matched > 0, text[index] != word[matched] { matched = table[matched - 1] }
            if text[index] == word[matched] { matched += 1 }
            if matched == word.count {
                places.append(index + 1 - word.count)
                matched = 0
            }
        }
        return places
    }
}

extension LinearRegex {
    /// Whether the pattern matches anywhere in `text`.
    /// - Parameter effort: what the search may cost; reduced by what it did cost.
    /// - Throws: `SearchError.tooCostly` when no answer can be had within `effort`.
    public func matches(_ text: borrowing Span<UInt8>, effort: inout SearchEffort) throws(SearchError) -> Bool {
        try search(text, from: 0, wantsRange: false, effort: &effort) != nil
    }

    /// Whether the pattern matches anywhere in `text`, within `SearchEffort.standard`.
    public func matches(_ text: borrowing Span<UInt8>) throws(SearchError) -> Bool {
        var effort = SearchEffort.standard
        return try matches(text, effort: &effort)
    }

    /// Whether the pattern matches anywhere in `text`, within `SearchEffort.standard`.
    public func matches(_ text: [UInt8]) throws(SearchError) -> Bool { try matches(text.span) }

    /// Whether the pattern matches anywhere in the UTF-8 of `text`, within `SearchEffort.standard`.
    public func matches(_ text: String) throws(SearchError) -> Bool { try matches(Array(text.utf8)) }

    /// The bytes of the leftmost match that starts at `from` or later; at one start, the first alternative wins.
    /// What stands before `from` still counts for `^` and `\b`.
    /// - Precondition: `from` lies within `0...text.count`.
    /// - Throws: `SearchError.tooCostly` when no answer can be had within `effort`.
    public func firstMatch(
        in text: borrowing Span<UInt8>, from: Int = 0, effort: inout SearchEffort
    ) throws(SearchError) -> Range<Int>? {
        try search(text, from: from, wantsRange: true, effort: &effort)
    }

    /// The bytes of the leftmost match, within `SearchEffort.standard`.
    public func firstMatch(in text: [UInt8]) throws(SearchError) -> Range<Int>? {
        var effort = SearchEffort.standard
        return try firstMatch(in: text.span, effort: &effort)
    }

    /// Every match from left to right, without overlaps, until `body` answers false. After an empty match the search goes
    /// on one byte later, and not inside a UTF-8 character.
    ///
    /// Each search may read the text to its end, so one step is charged for every four bytes that were left: a pattern
    /// that looks far ahead at every position is stopped.
    public func forEachMatch(
        in text: borrowing Span<UInt8>, effort: inout SearchEffort, _ body: (Range<Int>) -> Bool
    ) throws(SearchError) {
        var from = 0
        while from <= text.count {
            let scan = UInt64(text.count - from) / 4
            guard scan <= effort.remaining else { throw .tooCostly }
            effort.remaining -= scan
            guard let match = try firstMatch(in: text, from: from, effort: &effort) else { return }
            guard body(match) else { return }
            from = match.upperBound
            if match.isEmpty {
                from += 1
                while from < text.count, text[from] & 0xC0 == 0x80 { from += 1 }
            }
        }
    }
}

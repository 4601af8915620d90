/// What is known about a word besides its text.
struct WordFlags: OptionSet {
    let rawValue: UInt16

    /// Some of it was quoted, so it cannot be a reserved word.
    static let quoted = WordFlags(rawValue: 1)
    /// An unquoted expansion: it may become no word, or several.
    static let expansion = WordFlags(rawValue: 2)
    /// An expansion inside double quotes.
    static let quotedExpansion = WordFlags(rawValue: 4)
    /// An unquoted `*`, `?` or `[`.
    static let glob = WordFlags(rawValue: 8)
    /// Starts with `~` or `$HOME`, which stands in the text as one zero byte.
    static let home = WordFlags(rawValue: 16)
    /// A download (`curl`, `wget`) runs inside one of its substitutions.
    static let download = WordFlags(rawValue: 32)
    /// `<( )` or `>( )`.
    static let processSubstitution = WordFlags(rawValue: 64)
    /// An unquoted `{` that may expand.
    static let brace = WordFlags(rawValue: 128)

    static let anyExpansion: WordFlags = [.expansion, .quotedExpansion]
}

/// One word: a range of the reader's text, in which each expansion is one zero byte.
struct Word {
    var start: Int
    var end: Int
    /// Where the word begins in its source.
    var offset: Int
    var flags: WordFlags

    /// The whole text is known.
    var isLiteral: Bool { flags.isDisjoint(with: .anyExpansion) }
}

/// A text kept beside the stack, by number, so that states and frames stay plain values that copy at no cost.
struct KeptText: Equatable {
    var index: Int32
    static let none = KeptText(index: -1)
    var isEmpty: Bool { index < 0 }
}

/// The simple command being collected.
struct Building {
    struct Flags: OptionSet {
        let rawValue: UInt16
        /// After `coproc`: one word may be a name in front of a compound command.
        static let coprocess = Flags(rawValue: 1)
        /// Words of `for NAME in …` or `select`: data.
        static let loopHeader = Flags(rawValue: 2)
        /// Words of `case WORD in`: data until `in`.
        static let caseHeader = Flags(rawValue: 4)
        /// The next word names a function.
        static let functionName = Flags(rawValue: 8)
        /// An assignment or redirection came first, so no reserved word can follow.
        static let prefixed = Flags(rawValue: 16)
        /// A redirection names `/dev/tcp` or `/dev/udp`.
        static let network = Flags(rawValue: 32)
        /// Standard input comes from a substitution with a download in it.
        static let stdinDownload = Flags(rawValue: 64)
        /// Standard input comes from a file or from an expansion.
        static let stdinFile = Flags(rawValue: 128)
        /// After the keyword `time`.
        static let time = Flags(rawValue: 256)
        /// The compound command just closed holds a shell that reads its standard input.
        static let groupReadsScript = Flags(rawValue: 512)
    }

    enum Redirection: UInt8 { case none, input, output, text }

    var firstWord: Int
    var textBase: Int
    var firstHeredoc: Int
    var flags: Flags = []
    var redirection = Redirection.none
    /// Text of a here-string.
    var stdinText = KeptText.none

    // The word being collected.
    var wordOpen = false
    var wordStart = 0
    var wordOffset = 0
    var wordFlags: WordFlags = []
    /// Where in the text the first quote or expansion of the word stands.
    var firstQuote = Int.max
    var braceOpen = -1
    var braceClose = -1
}

/// Where the command being collected stands in its pipeline and list.
struct ListState {
    /// Its standard input is an earlier part of a pipeline, here or around a group.
    var piped = false
    /// A download runs in an earlier part of the pipeline.
    var download = false
    /// What the two above, and `feed`, fall back to at the start of each pipeline.
    var basePiped = false
    var baseDownload = false
    var baseFeed = KeptText.none
    /// A download runs in the part of the pipeline being read.
    var partDownload = false
    /// The pipeline being read defines a function.
    var definesFunction = false
    /// Follows `&&`, `||` or `|`, so it may not run, or not in this shell.
    var conditional = false
    /// A download ran anywhere in this list.
    var sawDownload = false
    /// A shell that reads its standard input ran anywhere in this list.
    var readsScript = false
    /// What an `echo` or `printf` of literals wrote into the pipeline.
    var feed = KeptText.none
    /// The function whose body comes next.
    var pendingFunction = KeptText.none
}

/// A construct that is open. The stack of these takes the place of recursion, so no input can exhaust the call stack.
struct Frame {
    enum Kind: UInt8 {
        // Lists of commands.
        case script, substitution, braceSubstitution, subshell, brace, branch, loop, caseBody
        // Words as data.
        case casePattern, conditional, array
        // Inside one word.
        case doubleQuote, hereText, parameter, arithmetic
    }

    var kind: Kind
    /// State of the construct around it, given back at the end.
    var building: Building
    var list: ListState
    var wordCount: Int
    var textCount: Int
    var heredocBase: Int
    /// The construct stands inside double quotes.
    var quoted: Bool
    /// Position of its first byte, for a second look at `((`.
    var start: Int
    /// Open parentheses or brackets inside arithmetic.
    var depth = 0
    var function = KeptText.none
    var selfCalls = 0
}

/// A here-document whose body has not been read.
struct Heredoc {
    var delimiter: [UInt8]
    /// A quoted delimiter: nothing in the body expands.
    var quoted: Bool
    var stripTabs: Bool
    /// The body is the standard input of a shell.
    var script: ShellDialect?
}

/// A text being read, set aside while another one nested in it is read.
struct Source {
    var input: [UInt8]
    var position: Int
    var end: Int
    var dialect: ShellDialect
    var origin: Int?
    var parens: Int
    var isText: Bool
}

/// Which of two grammars a text is read with. They differ in `[[`, `((`, `$'…'` and a few operators.
enum ShellDialect: UInt8 { case bash, posix }

/// Why a part of a command cannot be known before it runs.
public enum UnknownReason: String, Sendable, Equatable, CaseIterable {
    /// The program word is, or holds, an expansion: `$EDITOR file`, `$(which ls)`.
    case expandedProgram = "expanded-program"
    /// The program word is a pattern that file names decide: `/bin/r?`.
    case patternProgram = "pattern-program"
    /// A shell or `eval` runs a text that holds an expansion: `bash -c "$x"`.
    case expandedScript = "expanded-script"
    /// A shell or `source` runs a file: `bash build.sh`, `. ./env`.
    case scriptFile = "script-file"
    /// A shell reads its commands from a pipeline or redirection: `… | sh`.
    case pipedScript = "piped-script"
    /// `xargs` or `parallel` puts input where a program name stands.
    case appendedArguments = "appended-arguments"
    /// Shells disagree on the text, or it does not end: an open quote, a zero byte.
    case malformed
}

/// Everything a command would run, as far as its text tells.
///
/// The analysis depends on the command alone and on no rule, so one analysis serves the operator's fence, the
/// session's fence and the record. It takes time and memory linear in the length of the command.
public struct CommandAnalysis: Sendable {
    struct Program {
        var nameStart: Int
        var nameEnd: Int
        var offset: Int
        var hash: UInt64
        /// Not held to a list of allowed names: a function the command defines, or a word that may not be a program.
        var isExempt: Bool
        /// The name holds expansions (zero bytes) or a file name pattern.
        var isPattern: Bool
    }

    struct Unknown {
        var reason: UnknownReason
        var offset: Int
    }

    struct Hit {
        var rule: BuiltInRule
        var offset: Int
        var program: Int?
    }

    var names: [UInt8] = []
    var programs: [Program] = []
    var unknowns: [Unknown] = []
    var hits: [Hit] = []
    /// Bytes read and copied, and words looked at. Past 32 for each byte of the command, 8 million in all, or 100,000
    /// findings the reader stops and denies.
    public internal(set) var effort = 0

    /// Everything that was found, told apart or not.
    var count: Int { programs.count + unknowns.count + hits.count }

    /// The base names of the programs found, in order, with repetitions.
    public var programNames: [String] { programs.indices.map(name) }

    /// Whether a built-in rule matches it. One of them is the limits: then not everything was read.
    public var matchesRule: Bool { !hits.isEmpty }

    /// What could not be known, in order.
    public var unknownReasons: [UnknownReason] { unknowns.map(\.reason) }

    func name(_ index: Int) -> String {
        let bytes = names[programs[index].nameStart..<programs[index].nameEnd]
        return String(decoding: bytes.flatMap { $0 == .unknown ? Array("$…".utf8) : [$0] }, as: UTF8.self)
    }

    /// Reads a command as bash would, without running anything.
    public init(_ command: [UInt8]) {
        var reader = ShellReader(command)
        reader.run()
        self = reader.found
    }

    /// Reads a command given as text.
    public init(_ command: String) {
        self.init(Array(command.utf8))
    }

    init() {}
}

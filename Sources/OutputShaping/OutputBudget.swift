/// What part of an output a caller wants to see. Applied after redaction, to each stream by itself.
public struct OutputBudget: Sendable, Equatable {
    /// Which lines count, by a pattern.
    public struct Grep: Sendable, Equatable {
        /// A regular expression; compiled and matched by the caller of `apply`.
        public var pattern: String
        /// Lines to show before and after each match.
        public var context: Int

        public init(pattern: String, context: Int = 0) {
            self.pattern = pattern
            self.context = context
        }
    }

    /// Which of the lines that count are kept. Counts below zero mean zero.
    public enum Keep: Sendable, Equatable {
        case all
        case head(Int)
        case tail(Int)
        case headTail(head: Int, tail: Int)
    }

    public var grep: Grep?
    public var keep: Keep
    /// The most Unicode scalars to keep, elision notes between lines included, the note about elided characters not.
    public var maxCharacters: Int?

    public init(grep: Grep? = nil, keep: Keep = .all, maxCharacters: Int? = nil) {
        self.grep = grep
        self.keep = keep
        self.maxCharacters = maxCharacters
    }

    /// What the report calls it: `all`, or its parts joined by `+`, as in `grep+head_tail`.
    public var mode: String {
        var parts: [String] = []
        if grep != nil { parts.append("grep") }
        switch keep {
        case .all: break
        case .head: parts.append("head")
        case .tail: parts.append("tail")
        case .headTail: parts.append("head_tail")
        }
        if maxCharacters != nil { parts.append("max_chars") }
        return parts.isEmpty ? "all" : parts.joined(separator: "+")
    }
}

/// What a budget did to one stream.
public struct BudgetReport: Sendable, Equatable {
    /// `OutputBudget.mode`.
    public let mode: String
    /// Lines of the stream. The newline at its end starts no further line.
    public let linesTotal: Int
    /// Lines that matched or were context, and were kept. The character limit does not count here.
    public let linesKept: Int
}

/// A stream after its budget.
public struct BudgetedText: Sendable, Equatable {
    /// What is left, with a line `... N lines elided ...` for each gap. It ends with a newline if the stream did and its
    /// last line, or the note in its place, is there.
    public let text: ElidedText
    public let report: BudgetReport
    /// Whether anything is missing.
    public var isTruncated: Bool { report.linesKept < report.linesTotal || text.isTruncated }
}

/// Reads shell text and finds every program it would run.
///
/// One pass over the bytes with an explicit stack: no recursion, no backtracking except a bounded number of second
/// looks at `((`. The grammar is bash(1) and POSIX.1-2024 XCU 2; where a text is ambiguous or wrong, the reading that
/// finds more programs is taken.
struct ShellReader {
    var input: [UInt8]
    var position = 0
    var end: Int
    var dialect = ShellDialect.bash
    /// For a nested text, where in the outermost text the command stands that runs it.
    var origin: Int?
    /// Open `(` of this source that stand for lists.
    var parens = 0
    /// This source is a here-document body or prompt, not a script.
    var isText = false

    var sources: [Source] = []
    var frames: [Frame] = []
    var kind = Frame.Kind.script
    var cmd: Building
    var list = ListState()
    var words: Stack<Word>
    /// Unquoted text of the words being collected; a stack, as the frames are.
    var text: Stack<UInt8>
    /// What `KeptText` numbers.
    var keptTexts: [[UInt8]] = []
    var heredocs: [Heredoc] = []
    var heredocBase = 0

    /// Functions that the outermost text surely defined before this place.
    var functions: Set<[UInt8]> = []
    /// Second looks taken at `((`; after `Limit.secondLooks` every `((` is read as commands.
    var secondLooks = 0
    /// A `((` at this position has been found not to be arithmetic.
    var notArithmetic = -1
    /// Parts of the command being inspected that start programs of their own (`find -exec`), with their depth.
    var ranges: [(words: Range<Int>, depth: Int)] = []
    /// Scripts found in words of the command being collected.
    var later: [(bytes: [UInt8], kind: Frame.Kind, offset: Int)] = []
    /// Indices of the frames that are bodies of functions.
    var functionFrames: [Int] = []

    var found = CommandAnalysis()

    enum Limit {
        /// Scripts inside scripts (`bash -c "bash -c …"`), and programs that start programs (`env env …`).
        static let nesting = 64
        static let secondLooks = 32
        /// Steps for each byte of a command, which is taken to be at least `shortest` bytes long. A nested text costs
        /// a step for each byte copied and one for each byte read.
        static let effort = 32
        static let shortest = 2048
        /// The same for a command of any length: the server does nothing else meanwhile.
        static let mostEffort = 8 << 20
        /// Programs and other findings in one command.
        static let mostFindings = 100_000
    }

    init(_ command: [UInt8]) {
        input = command
        end = command.count
        cmd = Building(firstWord: 0, textBase: 0, firstHeredoc: 0)
        text = Stack(filler: 0, capacity: command.count + 64)
        words = Stack(filler: Word(start: 0, end: 0, offset: 0, flags: []), capacity: 64)
        frames.reserveCapacity(8)
        found.names.reserveCapacity(256)
        found.programs.reserveCapacity(32)
    }

    mutating func run() {
        let budget = min(Limit.effort * (input.count + Limit.shortest), Limit.mostEffort)
        while true {
            found.effort += 1
            // Readings of one text under two grammars can multiply; past this bound the command is denied.
            if found.effort > budget || found.count > Limit.mostFindings {
                hit(.limits, at: position)
                return
            }
            guard position < end else {
                if finishSource() { return }
                continue
            }
            switch kind {
            case .script, .substitution, .braceSubstitution, .subshell, .brace, .branch, .loop, .caseBody: stepList()
            case .doubleQuote, .hereText: stepDoubleQuoted()
            case .parameter: stepParameter()
            case .arithmetic: stepArithmetic()
            case .casePattern: stepCasePattern()
            case .conditional, .array: stepData()
            }
        }
    }

    /// The offset in the outermost text that stands for a place in this one.
    func outer(_ offset: Int) -> Int { origin ?? offset }

    mutating func unknown(_ reason: UnknownReason, at offset: Int) {
        found.unknowns.append(.init(reason: reason, offset: outer(offset)))
    }

    mutating func hit(_ rule: BuiltInRule, at offset: Int) {
        found.hits.append(.init(rule: rule, offset: outer(offset), program: found.programs.indices.last))
    }

    /// Puts a text aside for as long as the command is read.
    mutating func keep(_ bytes: [UInt8]) -> KeptText {
        if bytes.isEmpty { return .none }
        found.effort += bytes.count
        keptTexts.append(bytes)
        return KeptText(index: Int32(truncatingIfNeeded: keptTexts.count - 1))
    }

    func kept(_ text: KeptText) -> [UInt8] { text.isEmpty ? [] : keptTexts[Int(text.index)] }

    // MARK: Stack

    mutating func push(_ newKind: Frame.Kind, quoted: Bool = false, start: Int? = nil) {
        frames.append(Frame(
            kind: kind, building: cmd, list: list, wordCount: words.count, textCount: text.count,
            heredocBase: heredocBase, quoted: quoted, start: start ?? position))
        kind = newKind
        switch newKind {
        case .doubleQuote, .hereText, .parameter, .arithmetic: break
        default:
            frames[frames.count - 1].function = list.pendingFunction
            if !list.pendingFunction.isEmpty { functionFrames.append(frames.count - 1) }
            list.pendingFunction = .none
            let around = list
            list = ListState()
            list.piped = around.piped
            list.download = around.download
            list.feed = around.feed
            list.basePiped = around.piped
            list.baseDownload = around.download
            list.baseFeed = around.feed
            startCommand()
        }
    }

    /// Begins an empty simple command on top of what is being collected.
    mutating func startCommand() {
        cmd = Building(firstWord: words.count, textBase: text.count, firstHeredoc: heredocs.count)
    }

    /// Closes the construct on top and gives back what stood around it.
    @discardableResult
    mutating func pop() -> Frame {
        let frame = frames.removeLast()
        let inner = list
        if !frame.function.isEmpty { functionFrames.removeLast() }
        kind = frame.kind
        words.cut(to: frame.wordCount)
        text.cut(to: frame.textCount)
        cmd = frame.building
        list = frame.list
        list.sawDownload = list.sawDownload || inner.sawDownload
        list.partDownload = list.partDownload || inner.sawDownload
        list.readsScript = list.readsScript || inner.readsScript
        return frame
    }

    /// Closes a construct inside a word, which keeps the text collected so far.
    mutating func popInsideWord() -> Frame {
        let frame = frames.removeLast()
        kind = frame.kind
        return frame
    }

    /// Sets this source aside and reads another text first.
    mutating func pushSource(
        _ bytes: [UInt8], from start: Int = 0, to end: Int? = nil, kind: Frame.Kind, dialect: ShellDialect,
            at offset: Int
    ) {
        let place = outer(offset)
        guard sources.count < Limit.nesting else {
            hit(.limits, at: offset)
            return
        }
        found.effort += (end ?? bytes.count) - start
        sources.append(Source(
            input: input, position: position, end: self.end, dialect: self.dialect, origin: origin, parens: parens,
            isText: isText))
        push(kind, start: position)
        if kind == .hereText { startCommand() }
        heredocBase = heredocs.count
        input = bytes
        position = start
        self.end = end ?? bytes.count
        self.dialect = dialect
        origin = place
        parens = 0
        isText = kind == .hereText
        notArithmetic = -1
    }

    /// At the end of a source: closes what is open, one construct a call. True when the outermost text is done.
    mutating func finishSource() -> Bool {
        switch kind {
        case .arithmetic:
            if retryAsCommands() { return false }
            unknown(.malformed, at: position)
            _ = popInsideWord()
            return false
        case .doubleQuote, .parameter:
            unknown(.malformed, at: position)
            _ = popInsideWord()
            return false
        case .hereText: break
        case .conditional, .array, .casePattern:
            if kind == .casePattern, endsCase() { return false }
            let depth = frames.count
            endDataWord()
            if frames.count < depth { return false }
            unknown(.malformed, at: position)
            pop()
            return false
        case .script:
            let depth = frames.count
            guard endCommand(), frames.count == depth else { return false }
        default:
            // The last word may itself close a construct (`fi`) or open one.
            let depth = frames.count
            guard endCommand(), frames.count == depth else { return false }
            if kind == .substitution || kind == .subshell || kind == .braceSubstitution {
                unknown(.malformed, at: position)
            }
            closeList()
            return false
        }
        return closeSource()
    }

    private mutating func closeSource() -> Bool {
        guard let source = sources.popLast() else { return true }
        let wasBacktick = frames[frames.count - 1].depth == 1
        let sawDownload = list.sawDownload
        dropHeredocs()
        let frame = pop()
        heredocBase = frame.heredocBase
        input = source.input
        position = source.position
        end = source.end
        dialect = source.dialect
        origin = source.origin
        parens = source.parens
        isText = source.isText
        if wasBacktick { addExpansion(quoted: frame.quoted, download: sawDownload) }
        return false
    }
}

/// Replaces secrets in a stream of text by markers.
///
/// The result depends on the text alone, never on how it was cut into chunks. What is held back is what could still
/// become a match: at most `Window.lookahead` bytes and a piece of a word. A match of any length takes constant
/// memory. Work is linear in the text. Terminal codes must have been removed before.
///
///     var redactor = Redactor()
///     redactor.feed(chunk, into: &output)
///     redactor.finish(into: &output)
public struct Redactor: Sendable {
    /// Text is worked on in blocks of this size, so that memory does not grow with a chunk.
    private static let block = 32_768

    /// What the text is.
    public enum Reading: Sendable {
        /// Anything: output, a file, a message.
        case text
        /// A command for a shell. A redaction ends where the shell would see the end of a word, the start of a substitution
        /// or another command, so that it never covers what runs.
        case shellCommand
        /// The same, and what stands between quotes or in a here-document is taken for a command too.
        case shellScript
    }

    private let rules: RedactionRules
    private var confinement: ShellConfinement?
    /// The match that is going on ends at what may be a command within quotes.
    private var endsAtCode = false
    private var window = Window()
    /// Everything before is settled; the next pair is looked for here.
    private var position = 0
    /// Everything before has gone out or was replaced.
    private var emitted = 0
    /// The match that is going on.
    private var tail: Tail?
    /// After waiting for more text: how much must be there before it is worth looking again.
    private var enough = 0
    private var isFinished = false

    /// How many matches were replaced, by the name in their marker, in the order in which the names came up. There are few.
    private var tally: [(label: String, count: Int)] = []

    /// How many matches were replaced, by the name in their marker.
    public var counts: [String: Int] { Dictionary(uniqueKeysWithValues: tally.map { ($0.label, $0.count) }) }

    public init(rules: RedactionRules = .standard, reading: Reading = .text) {
        self.rules = rules
        switch reading {
        case .text: break
        case .shellCommand: confinement = ShellConfinement(isScript: false)
        case .shellScript: confinement = ShellConfinement(isScript: true)
        }
    }

    /// How many matches were replaced in all.
    public var redactions: Int { tally.reduce(0) { $0 + $1.count } }

    /// Bytes looked at so far, the measure of work that tests hold to be linear.
    var effort: Int { window.effort }

    /// Bytes held in memory.
    var heldBytes: Int { window.bytes.count }

    /// Takes the next bytes and appends to `output` whatever is settled.
    public mutating func feed(_ chunk: ArraySlice<UInt8>, into output: inout [UInt8]) {
        precondition(!isFinished, "text after the end of the text")
        var start = chunk.startIndex
        while start < chunk.endIndex {
            let end = min(start + Self.block, chunk.endIndex)
            if confinement == nil {
                window.bytes.append(contentsOf: chunk[start..<end])
            } else {
                confinement?.read(chunk[start..<end], into: &window)
            }
            start = end
            guard window.bytes.count >= enough else { continue }
            advance(into: &output)
        }
    }

    /// Takes the next bytes and appends to `output` whatever is settled.
    public mutating func feed(_ chunk: [UInt8], into output: inout [UInt8]) {
        feed(chunk[...], into: &output)
    }

    /// Ends the text and appends the rest to `output`.
    public mutating func finish(into output: inout [UInt8]) {
        isFinished = true
        confinement?.finish(into: &window)
        window.isFinal = true
        advance(into: &output)
        window.bytes = []
        position = 0
        emitted = 0
    }

    /// Redacts a text that is there as a whole.
    public static func redact(
        _ text: [UInt8], rules: RedactionRules = .standard, reading: Reading = .text
    ) -> (text: [UInt8], counts: [String: Int]) {
        var redactor = Redactor(rules: rules, reading: reading)
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        redactor.feed(text, into: &output)
        redactor.finish(into: &output)
        return (output, redactor.counts)
    }

    private mutating func advance(into output: inout [UInt8]) {
        enough = 0
        while true {
            if var current = tail {
                var (index, ended) = current.consume(&window, from: position)
                if let stop = confinement?.firstStop(in: position..<index, tail: current, endsAtCode: endsAtCode) {
                    (index, ended) = (stop, true)
                }
                position = index
                emitted = index
                tail = ended || window.isFinal ? nil : current
                if tail != nil { break }
            }
            let scanStart = position
            guard let hit = rules.filter.next(in: window.bytes, from: position, level: .max) else {
                position = window.isFinal
                    ? window.bytes.count : rules.filter.firstOpen(in: window.bytes, from: position)
                window.effort += position - scanStart
                break
            }
            window.effort += hit.place - scanStart + 1
            position = hit.place
            if !verify(hit.place, hit.buckets, hit.four, into: &output) { break }
        }
        emitSettled(into: &output)
        compact()
    }

    /// Verifies the candidates at `hit`. Returns `false` if more text is needed.
    private mutating func verify(
        _ hit: Int, _ buckets: UInt32, _ four: UInt32, into output: inout [UInt8]
    ) -> Bool {
        var next = 0
        while let index = rules.filter.rule(of: buckets, with: four, from: next) {
            next = index + 1
            let match = rules.rules[index].match(at: hit, in: &window, rules: rules)
            if window.reachedEnd {
                // Looking again at every byte would cost the square of the reach.
                enough = window.bytes.count + (window.bytes.count - hit) / 32
                return false
            }
            guard let match else { continue }
            if let confinement {
                guard let part = confinement.confine(match, from: hit, in: window) else { continue }
                endsAtCode = part.endsAtCode
                apply(part.match, into: &output)
            } else {
                apply(match, into: &output)
            }
            return true
        }
        position = hit + 1
        return true
    }

    private mutating func apply(_ match: Match, into output: inout [UInt8]) {
        let start = max(match.start, emitted)
        output.append(contentsOf: window.bytes[emitted..<start])
        if match.isMarker {
            output.append(contentsOf: window.bytes[start..<match.tailStart])
        } else {
            RedactionMarker.append(match.label, to: &output)
            count(match.label)
        }
        position = match.tailStart
        emitted = match.tailStart
        tail = match.tail
    }

    private mutating func count(_ label: String) {
        for index in tally.indices where tally[index].label == label {
            tally[index].count += 1
            return
        }
        tally.append((label, 1))
    }

    /// Lets out everything before the scanner, but for a piece of a word in which a match may start.
    private mutating func emitSettled(into output: inout [UInt8]) {
        var end = position
        if !window.isFinal {
            let limit = max(emitted, position - Rule.longestHold)
            while end > limit, Rule.held.contains(window.bytes[end - 1]) { end -= 1 }
        }
        guard end > emitted else { return }
        output.append(contentsOf: window.bytes[emitted..<end])
        emitted = end
    }

    /// Forgets what no verification can look back to.
    private mutating func compact() {
        let settled = emitted - Window.lookback - Rule.longestHold
        guard settled >= Self.block / 2 else { return }
        window.drop(settled)
        confinement?.drop(settled)
        position -= settled
        emitted -= settled
        enough = max(0, enough - settled)
    }
}

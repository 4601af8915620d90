public import Redaction
public import SecretMemory
public import ValueRedaction

/// The values handed out so far. From the moment one is added, every text that is made finds it.
public final class ValueCover: SecretCover {
    /// Made with the first value: a server without secrets pays nothing.
    private var known: KnownValues?
    /// Passwords that an agent gave itself.
    var givenPasswords = 0

    /// Characters of a line that is looked for by itself, at least.
    private static let shortestLine = 12
    /// Lines of one value that are looked for by themselves, at most.
    private static let mostLines = 64
    /// A marker shows so much of a name.
    private static let longestName = 64

    public init() {}

    public var version: Int { known?.version ?? 0 }

    public var longestSpelling: Int { known?.longestSpelling ?? 0 }

    /// Adds a value, to be called before anything can print it. The same value under the same name may be added again.
    ///
    /// - Parameters:
    ///   - name: what stands in its marker.
    ///   - allowingWeak: takes a value that may be a part of ordinary text, which the person has marked.
    /// - Throws: why the value cannot be covered; it must not be handed out then.
    public func add(_ name: String, _ value: borrowing SecretBytes, allowingWeak: Bool) throws(ValueRedactionError) {
        let values: KnownValues
        if let known { values = known } else { values = try KnownValues() }
        let marker = String(name.prefix(Self.longestName))
        try values.add(marker, value, allowingWeak: allowingWeak)
        known = values
        Self.addLines(of: value, marker, to: values)
    }

    func contains(_ name: String, _ value: borrowing SecretBytes) -> Bool { known?.contains(name, value) ?? false }

    /// Lines of a value that has several are looked for by themselves too: programs number them, quote them, or print one.
    /// Those that ordinary text could hold, or for which there is no room, are left out; the whole is known already.
    private static func addLines(of value: borrowing SecretBytes, _ marker: String, to values: KnownValues) {
        var lines: [Range<Int>] = []
        value.withBytes { bytes in
            var start = 0
            for index in bytes.byteOffsets where bytes.byte(at: index) == 0x0A {
                lines.append(start..<index)
                start = index + 1
            }
            if start > 0 { lines.append(start..<bytes.byteCount) }
        }
        for line in lines.filter({ $0.count >= shortestLine }).prefix(mostLines) {
            guard let part = try? Self.part(line, of: value) else { return }
            try? values.add(marker, part)
        }
    }

    private static func part(_ range: Range<Int>, of value: borrowing SecretBytes) throws(SecretMemoryError) -> SecretBytes {
        var buffer = try SecretBuffer(capacity: range.count)
        try value.withBytes { (bytes) throws(SecretMemoryError) in try buffer.append(bytes.extracting(range)) }
        return try buffer.take()
    }

    public func stream() -> (any CoveredStream)? { known.map { ValueStream($0) } }
}

/// One stream. When there is no locked memory for it, it lets nothing through but a note of that.
private final class ValueStream: CoveredStream {
    private var redactor: ValueRedactor?
    private var isWithheld = false
    private static let longBeginning = 12
    private static let note = Array("\n... withheld: no locked memory is left to look for secrets in this text ...\n".utf8)

    init(_ known: KnownValues) {
        do throws(ValueRedactionError) { redactor = try ValueRedactor(known) } catch { redactor = nil }
    }

    var redactions: [String: Int] { redactor?.counts ?? [:] }

    func feed(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard redactor != nil else { return withhold(&output) }
        redactor?.feed(bytes, into: &output)
    }

    func idle(into output: inout [UInt8]) { redactor?.idle(into: &output) }

    func finish(into output: inout [UInt8], isCut: Bool) {
        guard redactor != nil else { return withhold(&output) }
        // Programs cut too: head, a crash. What is long enough to be no accident is covered at every end.
        redactor?.finish(into: &output, isCut: true, least: isCut ? 1 : Self.longBeginning)
    }

    private func withhold(_ output: inout [UInt8]) {
        if !isWithheld { output += Self.note }
        isWithheld = true
    }
}

public import Redaction
public import SecretMemory
public import ValueRedaction

/// The values handed out so far. From the moment one is added, every text that is made finds it.
public final class ValueCover: SecretCover {
    /// Made with the first value: a server without secrets pays nothing.
    private var known: KnownValues?

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
        try values.add(String(name.prefix(Self.longestName)), value, allowingWeak: allowingWeak)
        known = values
    }

    public func stream() -> (any CoveredStream)? { known.map { ValueStream($0) } }
}

/// One stream. When there is no locked memory for it, it lets nothing through but a note of that.
private final class ValueStream: CoveredStream {
    private var redactor: ValueRedactor?
    private var isWithheld = false
    private static let note = Array("\n... withheld: no locked memory is left to look for secrets in this text ...\n".utf8)

    init(_ known: KnownValues) {
        do throws(ValueRedactionError) { redactor = try ValueRedactor(known) } catch { redactor = nil }
    }

    var redactions: [String: Int] { redactor?.counts ?? [:] }

    func feed(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard redactor != nil else { return withhold(&output) }
        redactor?.feed(bytes, into: &output)
    }

    func finish(into output: inout [UInt8], isCut: Bool) {
        guard redactor != nil else { return withhold(&output) }
        redactor?.finish(into: &output, isCut: isCut)
    }

    private func withhold(_ output: inout [UInt8]) {
        if !isWithheld { output += Self.note }
        isWithheld = true
    }
}

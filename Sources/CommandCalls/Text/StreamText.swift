import OutputShaping
import Redaction

/// The one way from a program's bytes to text that may leave the server: cover known values, clean, then redact.
///
/// Fed in pieces; what is held back could still become part of a secret or of a terminal code. Results, progress, jobs, kept
/// outputs, errors and the record all go through here. A copy may be made before the first piece, and of a copy that was fed
/// only one may go on.
package struct StreamText {
    private let cover: (any SecretCover)?
    /// Made with the first piece that comes when there are values: a copy made before has its own.
    private var values: (any CoveredStream)?
    private var cleaner = TerminalCleaner()
    private var redactor: Redactor
    private var covered: [UInt8] = []
    private var cleaned: [UInt8] = []

    /// - Parameter reading: what the text is; a command where a shell reads it.
    init(_ cover: (any SecretCover)?, reading: Redactor.Reading) {
        self.cover = cover
        redactor = Redactor(reading: reading)
    }

    /// Redactions so far, by the kind or name in their marker.
    package var redactions: [String: Int] {
        guard let values else { return redactor.counts }
        return redactor.counts.merging(values.redactions, uniquingKeysWith: +)
    }

    /// Appends to `output` what of `bytes`, and of what was held back, is safe.
    package mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) {
        if values == nil { values = cover?.stream() }
        guard let values else { return clean(bytes, into: &output) }
        covered.removeAll(keepingCapacity: true)
        values.feed(bytes[...], into: &covered)
        clean(covered, into: &output)
    }

    private mutating func clean(_ bytes: [UInt8], into output: inout [UInt8]) {
        cleaned.removeAll(keepingCapacity: true)
        cleaner.clean(bytes.span, into: &cleaned)
        redactor.feed(cleaned[...], into: &output)
    }

    /// Somebody wants to see what there is: appends to `output` what is held back only because more of it may be coming.
    package mutating func idle(into output: inout [UInt8]) {
        guard let values else { return }
        covered.removeAll(keepingCapacity: true)
        values.idle(into: &covered)
        clean(covered, into: &output)
    }

    /// Ends the stream.
    ///
    /// - Parameter isCut: it may have been cut, by whoever wrote it too: a beginning of a known value at its end is covered.
    package mutating func finish(into output: inout [UInt8], isCut: Bool = false) {
        if let values {
            covered.removeAll(keepingCapacity: true)
            values.finish(into: &covered, isCut: isCut)
            clean(covered, into: &output)
        }
        cleaned.removeAll(keepingCapacity: true)
        cleaner.finish(into: &cleaned)
        redactor.feed(cleaned[...], into: &output)
        redactor.finish(into: &output)
    }
}

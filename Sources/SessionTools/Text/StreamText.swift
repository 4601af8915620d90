import OutputShaping
import Redaction

/// The one way from a program's bytes to text that may leave the server: clean, then redact.
///
/// Fed in pieces; what is held back could still become part of a secret or of a terminal code. Results, progress, jobs, kept
/// outputs, errors and the record all go through here.
struct StreamText {
    private var cleaner = TerminalCleaner()
    private var redactor: Redactor
    private var cleaned: [UInt8] = []

    /// - Parameter reading: what the text is; a command where a shell reads it.
    init(reading: Redactor.Reading = .text) { redactor = Redactor(reading: reading) }

    /// Redactions so far, by the kind in their marker.
    var redactions: [String: Int] { redactor.counts }

    /// Appends to `output` what of `bytes`, and of what was held back, is safe.
    mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) {
        cleaned.removeAll(keepingCapacity: true)
        cleaner.clean(bytes.span, into: &cleaned)
        redactor.feed(cleaned[...], into: &output)
    }

    /// Ends the stream.
    mutating func finish(into output: inout [UInt8]) {
        cleaned.removeAll(keepingCapacity: true)
        cleaner.finish(into: &cleaned)
        redactor.feed(cleaned[...], into: &output)
        redactor.finish(into: &output)
    }

    /// A text that is there as a whole: a question, an error of the system.
    static func text(_ bytes: [UInt8], reading: Redactor.Reading = .text) -> [UInt8] {
        var stream = StreamText(reading: reading)
        var output: [UInt8] = []
        stream.feed(bytes, into: &output)
        stream.finish(into: &output)
        return output
    }

    static func string(_ text: String) -> String { String(decoding: self.text(Array(text.utf8)), as: UTF8.self) }
}

package import OutputShaping
package import Redaction

/// The text of a stream that is still being written, handed out in portions: each holds what is new since the one before.
///
/// What is held back, because it could still become part of a secret, comes with a later portion. A portion that grows
/// beyond what a result shows keeps its beginning and its end.
package struct LiveText {
    private let texts: Texts
    private let reading: Redactor.Reading
    private var stream: StreamText
    private var portion = BoundedCollector(limit: Self.room)
    private var text: [UInt8] = []
    package private(set) var isEnded = false

    private static let room = 4 * ShapedResult.defaultRoom

    private var earlier: [String: Int] = [:]

    /// - Parameter reading: what the text is; a command where a shell reads it.
    package init(_ texts: Texts, reading: Redactor.Reading = .text) {
        self.texts = texts
        self.reading = reading
        stream = texts.stream(reading: reading)
    }

    package var redactions: [String: Int] { earlier.merging(stream.redactions, uniquingKeysWith: +) }

    package mutating func feed(_ bytes: [UInt8]) {
        guard !isEnded else { return }
        text.removeAll(keepingCapacity: true)
        stream.feed(bytes, into: &text)
        Self.append(text, to: &portion)
    }

    /// Notes that so many bytes are gone. What was held back goes with them: it could be the first half of a secret.
    package mutating func skip(_ count: Int) {
        earlier.merge(stream.redactions, uniquingKeysWith: +)
        stream = texts.stream(reading: reading)
        portion.append(Array("\n... \(count) bytes not kept ...\n".utf8).span)
    }

    package mutating func end() {
        guard !isEnded else { return }
        isEnded = true
        text.removeAll(keepingCapacity: true)
        stream.finish(into: &text)
        Self.append(text, to: &portion)
    }

    private static func append(_ text: [UInt8], to portion: inout BoundedCollector) { portion.append(text.span) }

    /// What is new, which is then no longer new.
    package mutating func take() -> ElidedText {
        if !isEnded {
            text.removeAll(keepingCapacity: true)
            stream.idle(into: &text)
            Self.append(text, to: &portion)
        }
        let taken = portion.collected()
        portion = BoundedCollector(limit: Self.room)
        return taken
    }

    package var isEmpty: Bool { portion.totalBytes == 0 }
}

package import OutputShaping
package import Sessions

/// The text of a captured stream, made in pieces so that memory stays flat, whatever the stream's length.
///
/// It ends where the stream ended when it began, though the command may go on and print more in the meantime.
package struct CaptureReading {
    private let capture: Capture
    private let texts: Texts
    private let end: Int
    private let isEnded: Bool
    private let isCut: Bool
    /// Text of the bytes before this one is made, so that what spans it is found, and not shown.
    private let unseen: Int
    private let piece: Int
    private var offset = 0
    private var stream: StreamText
    private var afterGap: AfterGap?
    private var earlier: [String: Int] = [:]
    /// Bytes of the stream that are not kept anywhere.
    package private(set) var lostBytes = 0
    package private(set) var isOver = false

    /// Text made of telling assignments alone takes milliseconds for so much.
    package static let piece = 16 << 10

    /// - Parameters:
    ///   - isEnded: whether nothing more comes. Else the last bytes, which could be the first half of a secret, are left out.
    ///   - isCut: whether it was ended in the middle: a beginning of a known value at its end is covered.
    ///   - unseen: so many bytes at the beginning are read and not shown.
    ///   - piece: bytes of a step.
    package init(_ capture: Capture, _ texts: Texts, isEnded: Bool, isCut: Bool = false, unseen: Int = 0, piece: Int = Self.piece) {
        self.capture = capture
        self.texts = texts
        stream = texts.stream()
        self.isEnded = isEnded
        self.isCut = isCut
        self.unseen = unseen
        self.piece = piece
        end = capture.totalBytes
    }

    /// About as many bytes as the text will have.
    package var expectedBytes: Int { capture.keptBytes }

    /// Redactions so far, by kind.
    package var redactions: [String: Int] { earlier.merging(stream.redactions, uniquingKeysWith: +) }

    /// The text of the next piece.
    package mutating func step() -> [UInt8] {
        let end = min(end, capture.totalBytes)
        var text: [UInt8] = []
        if offset < end {
            let limit = offset < unseen ? min(unseen, end) : end
            let bytes = capture.bytes(at: offset, length: min(piece, limit - offset))
            if bytes.isEmpty {
                skip(to: min(end, capture.nextKept(behind: offset)), &text)
            } else {
                stream.feed(afterGap?.feed(bytes) ?? bytes, into: &text)
                offset += bytes.count
            }
            if offset <= unseen { text = [] }
        }
        if offset >= end, !isOver {
            isOver = true
            if isEnded { stream.finish(into: &text, isCut: isCut) }
        }
        return text
    }

    /// What was held back is dropped with the gap: it could be the first half of a secret.
    private mutating func skip(to next: Int, _ text: inout [UInt8]) {
        earlier = redactions
        stream = texts.stream()
        afterGap = AfterGap(texts)
        lostBytes += next - offset
        text += Array("\n... \(next - offset) bytes not kept ...\n".utf8)
        offset = next
    }
}

/// A stream as far as a result without a budget shows it: its beginning and its end.
package struct BoundedStream: Shaping {
    package struct Output {
        package let text: ElidedText
        package let redactions: [String: Int]
        package let isComplete: Bool
    }

    private var reading: CaptureReading
    private var collector = BoundedCollector(limit: 4 * ShapedResult.defaultRoom)

    package init(_ reading: CaptureReading) { self.reading = reading }

    package mutating func step() -> Output? {
        let text = reading.step()
        collector.append(text.span)
        guard reading.isOver else { return nil }
        return Output(text: collector.collected(), redactions: reading.redactions, isComplete: reading.lostBytes == 0)
    }
}

/// The whole text of a stream.
package struct WholeText {
    package fileprivate(set) var text: [UInt8] = []
    package fileprivate(set) var lines = LineIndex()
    package fileprivate(set) var redactions: [String: Int] = [:]
    package fileprivate(set) var isComplete = true

    /// Memory it takes.
    package var bytes: Int { text.count + lines.bytes }
}

/// The whole text of a stream, for what looks at every line.
package struct WholeStream: Shaping {
    private var reading: CaptureReading
    private var whole = WholeText()

    package init(_ reading: CaptureReading) { self.reading = reading }

    package mutating func step() -> WholeText? {
        // Not before: works that wait take no memory.
        if whole.text.isEmpty { whole.text.reserveCapacity(reading.expectedBytes + 64) }
        let text = reading.step()
        whole.text += text
        whole.lines.append(text.span)
        guard reading.isOver else { return nil }
        whole.redactions = reading.redactions
        whole.isComplete = reading.lostBytes == 0
        defer { whole = WholeText() }
        return whole
    }
}

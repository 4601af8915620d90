import OutputShaping
import Sessions

/// The text of a captured stream, made in pieces so that memory stays flat, whatever the stream's length.
///
/// It ends where the stream ended when it began, though the command may go on and print more in the meantime.
struct CaptureReading {
    private let capture: Capture
    private let end: Int
    private let isEnded: Bool
    private let piece: Int
    private var offset = 0
    private var stream = StreamText()
    private var afterGap: AfterGap?
    private var earlier: [String: Int] = [:]
    /// Bytes of the stream that are not kept anywhere.
    private(set) var lostBytes = 0
    private(set) var isOver = false

    /// Text made of telling assignments alone takes milliseconds for so much.
    static let piece = 16 << 10

    /// - Parameters:
    ///   - isEnded: whether nothing more comes. Else the last bytes, which could be the first half of a secret, are left out.
    ///   - piece: bytes of a step.
    init(_ capture: Capture, isEnded: Bool, piece: Int = Self.piece) {
        self.capture = capture
        self.isEnded = isEnded
        self.piece = piece
        end = capture.totalBytes
    }

    /// About as many bytes as the text will have.
    var expectedBytes: Int { capture.keptBytes }

    /// Redactions so far, by kind.
    var redactions: [String: Int] { earlier.merging(stream.redactions, uniquingKeysWith: +) }

    /// The text of the next piece.
    mutating func step() -> [UInt8] {
        let end = min(end, capture.totalBytes)
        var text: [UInt8] = []
        if offset < end {
            let bytes = capture.bytes(at: offset, length: min(piece, end - offset))
            if bytes.isEmpty {
                skip(to: min(end, capture.nextKept(behind: offset)), &text)
            } else {
                stream.feed(afterGap?.feed(bytes) ?? bytes, into: &text)
                offset += bytes.count
            }
        }
        if offset >= end, !isOver {
            isOver = true
            if isEnded { stream.finish(into: &text) }
        }
        return text
    }

    /// What was held back is dropped with the gap: it could be the first half of a secret.
    private mutating func skip(to next: Int, _ text: inout [UInt8]) {
        earlier = redactions
        stream = StreamText()
        afterGap = AfterGap()
        lostBytes += next - offset
        text += Array("\n... \(next - offset) bytes not kept ...\n".utf8)
        offset = next
    }
}

/// A stream as far as a result without a budget shows it: its beginning and its end.
struct BoundedStream: Shaping {
    struct Output {
        let text: ElidedText
        let redactions: [String: Int]
        let isComplete: Bool
    }

    private var reading: CaptureReading
    private var collector = BoundedCollector(limit: 4 * ShapedResult.defaultRoom)

    init(_ reading: CaptureReading) { self.reading = reading }

    mutating func step() -> Output? {
        let text = reading.step()
        collector.append(text.span)
        guard reading.isOver else { return nil }
        return Output(text: collector.collected(), redactions: reading.redactions, isComplete: reading.lostBytes == 0)
    }
}

/// The whole text of a stream.
struct WholeText {
    fileprivate(set) var text: [UInt8] = []
    fileprivate(set) var lines = LineIndex()
    fileprivate(set) var redactions: [String: Int] = [:]
    fileprivate(set) var isComplete = true

    /// Memory it takes.
    var bytes: Int { text.count + lines.bytes }
}

/// The whole text of a stream, for what looks at every line.
struct WholeStream: Shaping {
    private var reading: CaptureReading
    private var whole = WholeText()

    init(_ reading: CaptureReading) { self.reading = reading }

    mutating func step() -> WholeText? {
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

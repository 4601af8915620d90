import OutputShaping
import Sessions

/// Follows a capture that is still growing, and hands out its text in portions: each what is new since the one before.
struct CaptureCursor {
    let capture: Capture
    private var offset = 0
    private var live = LiveText()
    private var afterGap: AfterGap?

    private static let piece = 256 << 10

    init(_ capture: Capture) { self.capture = capture }

    var redactions: [String: Int] { live.redactions }

    /// What is new since the last call. With `isEnded`, also what was held back so far.
    mutating func take(isEnded: Bool) -> ElidedText {
        while offset < capture.totalBytes {
            let bytes = capture.bytes(at: offset, length: Self.piece)
            if bytes.isEmpty {
                // More came than is kept: go on behind the gap.
                let next = Capture.headLimit + capture.omittedBytes
                guard next > offset else { break }
                live.skip(next - offset)
                afterGap = AfterGap()
                offset = next
                continue
            }
            live.feed(afterGap?.feed(bytes) ?? bytes)
            offset += bytes.count
        }
        if isEnded { live.end() }
        return live.take()
    }
}

import LinearRegex
import OutputShaping
import Sessions

/// Follows a capture that is still growing, and hands out its text in portions: each what is new since the one before.
struct CaptureCursor {
    let capture: Capture
    private var offset = 0
    private var live = LiveText()
    private var afterGap: AfterGap?
    private var toldRedactions: [String: Int] = [:]

    init(_ capture: Capture) { self.capture = capture }

    /// Reads the next piece of what stands before `end`. True when all of that is read.
    mutating func advance(to end: Int) -> Bool {
        let end = min(end, capture.totalBytes)
        guard offset < end else { return true }
        let bytes = capture.bytes(at: offset, length: min(CaptureReading.piece, end - offset))
        if bytes.isEmpty {
            // More came than is kept: go on behind the gap.
            let next = min(end, capture.nextKept(behind: offset))
            live.skip(next - offset)
            afterGap = AfterGap()
            offset = next
        } else {
            live.feed(afterGap?.feed(bytes) ?? bytes)
            offset += bytes.count
        }
        return offset >= end
    }

    /// What was read and not taken yet. With `isEnded`, also what was held back so far.
    mutating func take(isEnded: Bool) -> (text: ElidedText, redactions: [String: Int]) {
        if isEnded { live.end() }
        var new = live.redactions
        for (kind, count) in toldRedactions { new[kind] = new[kind].flatMap { $0 > count ? $0 - count : nil } }
        toldRedactions = live.redactions
        return (live.take(), new)
    }
}

/// Both streams of a command that goes on, as somebody follows them.
final class OutputFollower {
    fileprivate(set) var stdout: CaptureCursor
    fileprivate(set) var stderr: CaptureCursor

    init(stdout: Capture, stderr: Capture) {
        self.stdout = CaptureCursor(stdout)
        self.stderr = CaptureCursor(stderr)
    }

    /// The work of taking what is new. Cancelled, it loses nothing: the next one hands out what was read.
    /// - Parameter isEnded: whether nothing more comes.
    func portion(isEnded: Bool) -> OutputPortion {
        OutputPortion(
            follower: self, isEnded: isEnded, stdoutEnd: stdout.capture.totalBytes, stderrEnd: stderr.capture.totalBytes)
    }
}

/// What both streams got since the portion before.
struct OutputPortion: Shaping {
    struct Output {
        let stdout: ElidedText
        let stderr: ElidedText
        let redactions: [String: Int]
    }

    fileprivate let follower: OutputFollower
    fileprivate let isEnded: Bool
    fileprivate let stdoutEnd: Int
    fileprivate let stderrEnd: Int

    mutating func step() -> Output? {
        guard follower.stdout.advance(to: stdoutEnd), follower.stderr.advance(to: stderrEnd) else { return nil }
        let stdout = follower.stdout.take(isEnded: isEnded)
        let stderr = follower.stderr.take(isEnded: isEnded)
        return Output(
            stdout: stdout.text, stderr: stderr.text, redactions: stdout.redactions.merging(stderr.redactions, uniquingKeysWith: +))
    }
}

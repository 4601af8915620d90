import LinearRegex
package import OutputShaping
package import Sessions

/// Follows a capture that is still growing, and hands out its text in portions: each what is new since the one before.
package struct CaptureCursor {
    package let capture: Capture
    private var offset = 0
    private let texts: Texts
    private var live: LiveText
    private var afterGap: AfterGap?
    private var toldRedactions: [String: Int] = [:]

    package init(_ capture: Capture, _ texts: Texts) {
        self.capture = capture
        self.texts = texts
        live = LiveText(texts)
    }

    /// Reads the next piece of what stands before `end`. True when all of that is read.
    package mutating func advance(to end: Int) -> Bool {
        let end = min(end, capture.totalBytes)
        guard offset < end else { return true }
        let bytes = capture.bytes(at: offset, length: min(CaptureReading.piece, end - offset))
        if bytes.isEmpty {
            // More came than is kept: go on behind the gap.
            let next = min(end, capture.nextKept(behind: offset))
            live.skip(next - offset)
            afterGap = AfterGap(texts)
            offset = next
        } else {
            live.feed(afterGap?.feed(bytes) ?? bytes)
            offset += bytes.count
        }
        return offset >= end
    }

    /// What was read and not taken yet. With `isEnded`, also what was held back so far.
    package mutating func take(isEnded: Bool) -> (text: ElidedText, redactions: [String: Int]) {
        if isEnded { live.end() }
        var new = live.redactions
        for (kind, count) in toldRedactions { new[kind] = new[kind].flatMap { $0 > count ? $0 - count : nil } }
        toldRedactions = live.redactions
        return (live.take(), new)
    }
}

/// Both streams of a command that goes on, as somebody follows them.
package final class OutputFollower {
    package fileprivate(set) var stdout: CaptureCursor
    package fileprivate(set) var stderr: CaptureCursor

    package init(stdout: Capture, stderr: Capture, texts: Texts) {
        self.stdout = CaptureCursor(stdout, texts)
        self.stderr = CaptureCursor(stderr, texts)
    }

    /// The work of taking what is new. Cancelled, it loses nothing: the next one hands out what was read.
    /// - Parameter isEnded: whether nothing more comes.
    package func portion(isEnded: Bool) -> OutputPortion {
        OutputPortion(
            follower: self, isEnded: isEnded, stdoutEnd: stdout.capture.totalBytes, stderrEnd: stderr.capture.totalBytes)
    }
}

/// What both streams got since the portion before.
package struct OutputPortion: Shaping {
    package struct Output {
        package let stdout: ElidedText
        package let stderr: ElidedText
        package let redactions: [String: Int]
    }

    fileprivate let follower: OutputFollower
    fileprivate let isEnded: Bool
    fileprivate let stdoutEnd: Int
    fileprivate let stderrEnd: Int

    package mutating func step() -> Output? {
        guard follower.stdout.advance(to: stdoutEnd), follower.stderr.advance(to: stderrEnd) else { return nil }
        let stdout = follower.stdout.take(isEnded: isEnded)
        let stderr = follower.stderr.take(isEnded: isEnded)
        return Output(
            stdout: stdout.text, stderr: stderr.text, redactions: stdout.redactions.merging(stderr.redactions, uniquingKeysWith: +))
    }
}

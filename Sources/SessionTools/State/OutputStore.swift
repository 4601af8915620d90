import EventLoop
import Sessions

/// Whole outputs of results that were cut, kept for a while behind handles, within bounds of number, size and time.
struct OutputStore {
    struct Kept {
        let session: String
        let stdout: Capture
        let stderr: Capture
        /// Whether nothing more comes: a job's output may still grow.
        let isEnded: () -> Bool
        let expires: MonotonicInstant

        /// What it holds now: a running job's output grows.
        var bytes: Int { stdout.keptBytes + stderr.keptBytes }
        var files: Int { stdout.files + stderr.files }
    }

    private var kept: [String: Kept] = [:]
    private var order: [String] = []
    private var texts: [(handle: String, stream: String, text: WholeText)] = []

    static let mostTexts = 4
    static let mostTextBytes = 32 << 20
    static let lifetime = Duration.seconds(30 * 60)
    static let mostEntries = 48
    static let mostBytes = 256 << 20
    static let mostFiles = 128

    mutating func keep(
        session: String, stdout: Capture, stderr: Capture, isEnded: @escaping () -> Bool = { true }, now: MonotonicInstant
    ) -> String {
        // A job that is polled again and again has one handle, and does not push the others out.
        let known = order.first { kept[$0]?.stdout === stdout && kept[$0]?.stderr === stderr }
        if let known { order.removeAll { $0 == known } }
        let handle = known ?? Handle.random()
        let entry = Kept(
            session: session, stdout: stdout, stderr: stderr, isEnded: isEnded, expires: now + Self.lifetime)
        kept[handle] = entry
        order.append(handle)
        while order.count > 1, isTooMuch { dropOldest() }
        return handle
    }

    private var isTooMuch: Bool {
        order.count > Self.mostEntries || kept.values.reduce(0) { $0 + $1.bytes } > Self.mostBytes
            || kept.values.reduce(0) { $0 + $1.files } > Self.mostFiles
    }

    /// The output of a handle, unless it was let go.
    mutating func find(_ handle: String, now: MonotonicInstant) -> Kept? {
        expire(now: now)
        return kept[handle]
    }

    /// Lets go of what is too old.
    mutating func expire(now: MonotonicInstant) {
        while let oldest = order.first, let entry = kept[oldest], entry.expires <= now { dropOldest() }
    }

    private mutating func dropOldest() {
        let handle = order.removeFirst()
        kept[handle] = nil
        texts.removeAll { $0.handle == handle }
    }

    // MARK: The text of what was read last

    /// The text of an output that has ended, if it was read just now: who pages through it has it redacted once.
    func text(_ handle: String, stream: String) -> WholeText? {
        texts.last { $0.handle == handle && $0.stream == stream }?.text
    }

    /// Keeps a text until others are read, its output is let go, or its session ends.
    mutating func remember(_ text: WholeText, of handle: String, stream: String) {
        texts.removeAll { $0.handle == handle && $0.stream == stream }
        guard kept[handle] != nil, text.bytes <= Self.mostTextBytes else { return }
        texts.append((handle, stream, text))
        while texts.count > Self.mostTexts || texts.reduce(0, { $0 + $1.text.bytes }) > Self.mostTextBytes {
            texts.removeFirst()
        }
    }

    mutating func dropTexts(of session: String) {
        texts.removeAll { kept[$0.handle]?.session == session }
    }
}

extension Capture {
    /// Bytes that are kept of the stream.
    var keptBytes: Int { totalBytes - omittedBytes }
    /// At most so many descriptors: one for the head, two for the tail.
    var files: Int { keptBytes <= 64 << 10 ? 0 : keptBytes <= Self.headLimit ? 1 : 3 }
}

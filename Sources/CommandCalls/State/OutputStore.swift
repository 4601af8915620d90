package import EventLoop
package import Sessions

/// Whole outputs of results that were cut, kept for a while behind handles, within bounds of number, size and time.
///
/// One for all tools of the server: what any of them cut is read by `session_output`.
package final class OutputStore {
    package struct Kept {
        package let session: String
        package let stdout: Capture
        package let stderr: Capture
        /// Whether nothing more comes: a job's output may still grow.
        package let isEnded: () -> Bool
        package let expires: MonotonicInstant
        /// Bytes at the beginning of `stdout` that are there to be read and not to be shown.
        package let unseen: Int
        /// Whether `stdout` ends before what it is a part of.
        package let isCut: Bool

        /// What it holds now: a running job's output grows.
        package var bytes: Int { stdout.keptBytes + stderr.keptBytes }
        package var files: Int { stdout.files + stderr.files }
    }

    private var kept: [String: Kept] = [:]
    private var order: [String] = []
    private var texts: [(handle: String, stream: String, version: Int, text: WholeText)] = []

    package init() {}

    package static let mostTexts = 4
    package static let mostTextBytes = 32 << 20
    package static let lifetime = Duration.seconds(30 * 60)
    package static let mostEntries = 48
    package static let mostBytes = 256 << 20
    package static let mostFiles = 128

    package func keep(
        session: String, stdout: Capture, stderr: Capture, isEnded: @escaping () -> Bool = { true }, unseen: Int = 0,
        isCut: Bool = false, now: MonotonicInstant
    ) -> String {
        // A job that is polled again and again has one handle, and does not push the others out.
        let known = order.first { kept[$0]?.stdout === stdout && kept[$0]?.stderr === stderr }
        if let known { order.removeAll { $0 == known } }
        let handle = known ?? Handle.random()
        let entry = Kept(
            session: session, stdout: stdout, stderr: stderr, isEnded: isEnded, expires: now + Self.lifetime, unseen: unseen,
            isCut: isCut)
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
    package func find(_ handle: String, now: MonotonicInstant) -> Kept? {
        expire(now: now)
        return kept[handle]
    }

    /// Lets go of what is too old.
    package func expire(now: MonotonicInstant) {
        while let oldest = order.first, let entry = kept[oldest], entry.expires <= now { dropOldest() }
    }

    private func dropOldest() {
        let handle = order.removeFirst()
        kept[handle] = nil
        texts.removeAll { $0.handle == handle }
    }

    // MARK: The text of what was read last

    /// The text of an output that has ended, if it was read just now: who pages through it has it redacted once.
    /// - Parameter version: of the values known now. A text made before a value was added may show it.
    package func text(_ handle: String, stream: String, version: Int) -> WholeText? {
        texts.last { $0.handle == handle && $0.stream == stream && $0.version == version }?.text
    }

    /// Keeps a text until others are read, its output is let go, or its session ends.
    package func remember(_ text: WholeText, of handle: String, stream: String, version: Int) {
        texts.removeAll { $0.handle == handle && $0.stream == stream }
        guard kept[handle] != nil, text.bytes <= Self.mostTextBytes else { return }
        texts.append((handle, stream, version, text))
        while texts.count > Self.mostTexts || texts.reduce(0, { $0 + $1.text.bytes }) > Self.mostTextBytes {
            texts.removeFirst()
        }
    }

    package func dropTexts(of session: String) {
        texts.removeAll { kept[$0.handle]?.session == session }
    }
}

extension Capture {
    /// Bytes that are kept of the stream.
    package var keptBytes: Int { totalBytes - omittedBytes }
    /// At most so many descriptors: one for the head, two for the tail.
    package var files: Int { keptBytes <= 64 << 10 ? 0 : keptBytes <= Self.headLimit ? 1 : 3 }
}

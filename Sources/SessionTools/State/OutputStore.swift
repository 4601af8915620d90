import EventLoop
import Sessions

/// Whole outputs of results that were cut, kept for a while behind handles, within bounds of number, size and time.
struct OutputStore {
    struct Kept {
        let session: String
        let stdout: Capture
        let stderr: Capture
        let expires: MonotonicInstant

        var bytes: Int { stdout.totalBytes - stdout.omittedBytes + stderr.totalBytes - stderr.omittedBytes }
    }

    private var kept: [String: Kept] = [:]
    private var order: [String] = []
    private var bytes = 0

    static let lifetime = Duration.seconds(30 * 60)
    static let mostEntries = 64
    static let mostBytes = 256 << 20

    mutating func keep(session: String, stdout: Capture, stderr: Capture, now: MonotonicInstant) -> String {
        let handle = Handle.random()
        let entry = Kept(session: session, stdout: stdout, stderr: stderr, expires: now + Self.lifetime)
        kept[handle] = entry
        order.append(handle)
        bytes += entry.bytes
        while order.count > Self.mostEntries || (bytes > Self.mostBytes && order.count > 1) { dropOldest() }
        return handle
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
        guard let entry = kept.removeValue(forKey: order.removeFirst()) else { return }
        bytes -= entry.bytes
    }
}

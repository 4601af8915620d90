public import SecretMemory

/// What one read of a descriptor that never waits gave.
public enum SecretReadOutcome: Equatable, Sendable {
    /// So many bytes were appended; at least one.
    case bytes(Int)
    /// The other side is closed; nothing will come any more.
    case endOfFile
    /// Nothing now; wait for readability.
    case wouldBlock
}

extension SecretIO {
    /// Reads what is there, at most `limit` bytes, straight into secret memory: one read(2) of a descriptor that does not
    /// wait (O_NONBLOCK), for a caller with an event loop.
    ///
    /// - Parameter limit: at least 1.
    public static func readAvailable(
        _ descriptor: Int32, into buffer: inout SecretBuffer, atMost limit: Int
    ) throws(SecretIOError) -> SecretReadOutcome {
        do throws(SecretIOError) {
            let count = try read(descriptor, into: &buffer, space: limit)
            return count > 0 ? .bytes(count) : .endOfFile
        } catch .system(.read, code: again) {
            return .wouldBlock
        }
    }

    /// EAGAIN (Linux, all architectures Swift runs on).
    private static let again: Int32 = 11
}

internal import SecretMemory

/// How long a read may wait for the next bytes.
public enum Deadline: Equatable, Sendable {
    case none
    /// At most this long between two pieces.
    case idle(milliseconds: Int32)
}

extension SecretBuffer {
    /// The buffer with all that comes from a descriptor.
    consuming func filled(from descriptor: Int32, limit: Int, _ deadline: Deadline) throws(SecretIOError) -> SecretBytes {
        while true {
            if case .idle(let milliseconds) = deadline {
                guard try SecretIO.waitReadable(descriptor, milliseconds: milliseconds) else { throw .timedOut }
            }
            // Room for one byte more than allowed tells "exactly the limit" from "too long".
            let space = min(max(4096, count), limit + 1 - count)
            guard try SecretIO.read(descriptor, into: &self, space: space) > 0 else { break }
            guard count <= limit else { throw .tooLong(limit: limit) }
        }
        do throws(SecretMemoryError) { return try take() } catch { throw .memory(error) }
    }
}

/// Why secret memory was not given.
public enum SecretMemoryError: Error, Equatable, Sendable {
    /// The system locks no more pages: bytes wanted, bytes held, and the limit (`ulimit -l`), nil when there is none.
    case noMoreLockedMemory(needed: Int, held: UInt64, limit: UInt64?)
    /// Larger than one secret may be (`SecretMemory.mostBytes`).
    case tooLarge(count: Int)

    static func current(needed: Int) -> SecretMemoryError {
        .noMoreLockedMemory(needed: needed, held: SecretMemory.heldBytes, limit: SecretMemory.limitBytes)
    }
}

/// Why a secret was not made: no memory, or the closure that was to fill it threw.
public enum SecretMemoryFailure<Body: Error>: Error {
    case memory(SecretMemoryError)
    case body(Body)
}

extension SecretMemoryFailure where Body == Never {
    /// The only failure there can be.
    public var memoryError: SecretMemoryError {
        switch self {
        case .memory(let error): error
        }
    }
}

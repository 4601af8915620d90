public import SecretMemory

/// The key of an unlocked vault, kept by the kernel between two runs of the program (keyrings(7)).
///
/// It lies in kernel memory, never on a disk, and is gone when nobody used it for the idle lifetime, when it is
/// forgotten, and when the machine stops. Every process of the same user can reach it meanwhile: docs/unlocking.md.
public struct UnlockedKey {
    /// The longest idle lifetime: a day, in seconds.
    public static let longestIdle: UInt32 = 86_400
    private static let headCount = 4
    private static let mostBytes = 4096
    private let description: String
    private let companion: String

    /// - Parameter vault: the vault's identity.
    public init(vault: String) {
        description = "execkit:vault:\(vault)"
        companion = "execkit:vault-projects:\(vault)"
    }

    public enum Failure: Error, Equatable, Sendable {
        case memory(SecretMemoryError)
        /// The kernel or a sandbox refuses its key service; `code` is an errno of errno(3).
        case refused(code: Int32)
    }

    /// Keeps a key until it was idle for `seconds`. What was kept beside an older one goes.
    public func remember(_ key: borrowing SecretBytes, idle seconds: UInt32) throws(Failure) {
        _ = KernelKeys.forget(companion)
        let seconds = min(max(seconds, 1), Self.longestIdle)
        let payload = try Self.memory { () throws(SecretMemoryError) in
            var payload = try SecretBuffer(capacity: Self.headCount + key.count)
            for shift in [24, 16, 8, 0] { try payload.append(UInt8(truncatingIfNeeded: seconds >> UInt32(shift))) }
            try key.withBytes { (bytes) throws(SecretMemoryError) in try payload.append(bytes) }
            return try payload.take()
        }
        let status = payload.withBytes { KernelKeys.put(description, $0, seconds: seconds) }
        guard status >= 0 else { throw .refused(code: -status) }
    }

    /// The key, if it is kept; its idle time starts anew.
    public func recall() throws(Failure) -> SecretBytes? {
        var payload = try Self.memory { () throws(SecretMemoryError) in try SecretBuffer(capacity: 64) }
        let count = try Self.memory { () throws(SecretMemoryError) in
            try KernelKeys.get(description, into: &payload, capacity: Self.mostBytes)
        }
        guard let seconds = Self.idle(payload, count) else { return nil }
        _ = KernelKeys.extend(description, seconds: seconds)
        _ = KernelKeys.extend(companion, seconds: seconds)
        return try Self.memory { () throws(SecretMemoryError) in
            var key = try SecretBuffer(capacity: count)
            try payload.withBytes { (bytes) throws(SecretMemoryError) in
                try key.append(bytes.extracting(Self.headCount..<count))
            }
            return try key.take()
        }
    }

    /// The idle lifetime that stands before a key; nil when nothing was read.
    private static func idle(_ payload: borrowing SecretBuffer, _ count: Int) -> UInt32? {
        guard count > headCount, count <= mostBytes else { return nil }
        let seconds = payload.withBytes { bytes in
            (0..<headCount).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes.byte(at: $1)) }
        }
        return min(max(seconds, 1), longestIdle)
    }

    /// Keeps bytes beside the key, which go when it goes: only what is sealed with that very key, so that they are worth
    /// nothing without it. In place of older ones; not kept when the key is not, or when the kernel has no room.
    public func keepBeside(_ sealed: [UInt8]) {
        guard !sealed.isEmpty, sealed.count <= Self.mostBytes, var payload = try? SecretBuffer(capacity: 64),
            let count = try? KernelKeys.get(description, into: &payload, capacity: Self.mostBytes),
            let seconds = Self.idle(payload, count)
        else { return }
        _ = KernelKeys.put(companion, sealed, seconds: seconds)
    }

    /// What is kept beside the key, or nothing. Whoever uses it authenticates it with the key.
    public func recallBeside() -> [UInt8] {
        guard var payload = try? SecretBuffer(capacity: 64),
            let count = try? KernelKeys.get(companion, into: &payload, capacity: Self.mostBytes),
            count > 0, count <= Self.mostBytes
        else { return [] }
        return payload.withBytes { bytes in bytes.byteOffsets.map { bytes.byte(at: $0) } }
    }

    /// Makes the kernel forget what is kept beside the key, and not the key.
    public func forgetBeside() { _ = KernelKeys.forget(companion) }

    /// Whether the key is kept now. Its idle time goes on.
    public var isKept: Bool { KernelKeys.has(description) }

    /// Makes the kernel forget the key; whether there was one.
    @discardableResult
    public func forget() -> Bool {
        let wasKept = KernelKeys.forget(description) >= 0
        forgetBeside()
        return wasKept
    }

    private static func memory<R: ~Copyable>(_ body: () throws(SecretMemoryError) -> R) throws(Failure) -> R {
        do throws(SecretMemoryError) { return try body() } catch { throw .memory(error) }
    }
}

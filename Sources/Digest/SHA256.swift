/// SHA-256 (FIPS 180-4, section 6.2), fed in pieces of any size.
///
/// Equal input gives the equal digest however it is cut. Input may be as long as FIPS 180-4 allows (2^64 - 1 bits).
public struct SHA256: Sendable {
    private var state = SHA256Rounds.initialState
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var length: UInt64 = 0

    public init() {}

    /// Takes in `bytes` after everything taken in before.
    public mutating func update(_ bytes: Span<UInt8>) {
        length &+= UInt64(bytes.count)
        var position = 0
        if pendingCount > 0 {
            while pendingCount < 64, position < bytes.count {
                pending[pendingCount] = bytes[position]
                pendingCount += 1
                position += 1
            }
            guard pendingCount == 64 else { return }
            SHA256Rounds.compress(&state, blocks: pending.span, from: 0, count: 1)
            pendingCount = 0
        }
        let whole = (bytes.count - position) / 64
        SHA256Rounds.compress(&state, blocks: bytes, from: position, count: whole)
        position += whole * 64
        while position < bytes.count {
            pending[pendingCount] = bytes[position]
            pendingCount += 1
            position += 1
        }
    }

    /// Takes in `bytes` after everything taken in before.
    public mutating func update(_ bytes: [UInt8]) {
        update(bytes.span)
    }

    /// Takes in `bytes` after everything taken in before.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        update(bytes.span)
    }

    /// The digest of everything taken in. This value is not changed: more may follow.
    public func finalize() -> SHA256Digest {
        var copy = self
        copy.pad()
        return SHA256Digest(words: copy.state)
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// Appends the one bit, zeros and the bit length (FIPS 180-4, section 5.1.1).
    private mutating func pad() {
        let bits = length &* 8
        pending[pendingCount] = 0x80
        for index in (pendingCount + 1)..<64 { pending[index] = 0 }
        if pendingCount >= 56 {
            SHA256Rounds.compress(&state, blocks: pending.span, from: 0, count: 1)
            for index in 0..<64 { pending[index] = 0 }
        }
        for index in 0..<8 { pending[56 + index] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * index)) }
        SHA256Rounds.compress(&state, blocks: pending.span, from: 0, count: 1)
    }
}

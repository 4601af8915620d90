/// HMAC with SHA-256 (RFC 2104), fed in pieces of any size.
public struct HMACSHA256: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    /// Starts a code under `key`. A key longer than a block (64 bytes) is hashed first, as RFC 2104 says.
    public init(key: [UInt8]) {
        var block = key.count > 64 ? SHA256.hash(key).bytes : key
        block.append(contentsOf: repeatElement(0, count: 64 - block.count))
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5c })
    }

    /// Takes in `bytes` after everything taken in before.
    public mutating func update(_ bytes: [UInt8]) {
        inner.update(bytes)
    }

    /// The code of everything taken in. Compare it with `matches(_:)`.
    public func finalize() -> SHA256Digest {
        var last = outer
        last.update(inner.finalize().bytes)
        return last.finalize()
    }

    /// The code of `message` under `key`.
    public static func code(key: [UInt8], message: [UInt8]) -> SHA256Digest {
        var code = HMACSHA256(key: key)
        code.update(message)
        return code.finalize()
    }
}

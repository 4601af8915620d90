internal import Digest

/// A server's public key, as it is on the wire (RFC 4253, section 6.6).
public struct HostKey: Hashable, Sendable {
    public let blob: [UInt8]
    /// The name of its kind, such as `ssh-ed25519`: printable ASCII without blanks.
    public let type: String

    /// Nil when the blob does not begin with the name of a kind of at most 64 bytes.
    public init?(blob: [UInt8]) {
        guard blob.count > 4, blob.count <= 16_384 else { return nil }
        let count = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard count > 0, count <= 64, 4 + count < blob.count else { return nil }
        let name = blob[4..<(4 + count)]
        guard name.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        self.blob = blob
        type = String(decoding: name, as: UTF8.self)
    }

    /// The key by which people compare.
    public var fingerprint: Fingerprint { Fingerprint(SHA256.hash(blob)) }
}

/// The SHA-256 digest of a public key, written `SHA256:` and 43 characters of base64, as OpenSSH writes it. Not a secret.
public struct Fingerprint: Hashable, Sendable {
    private let digest: SHA256Digest
    private let matching: String

    init(_ digest: SHA256Digest) {
        self.digest = digest
        matching = Base64.encode(digest.bytes, padded: false)
    }

    /// `SHA256:…`
    public var text: String { "SHA256:" + matching }
}

/// A fingerprint that somebody wrote down.
public struct FingerprintPin: Hashable, Sendable {
    private let base64: String

    /// Takes `SHA256:` and 43 characters of base64, with or without `=` at the end. Nil for anything else: MD5 is no pin.
    public init?(_ text: String) {
        guard text.hasPrefix("SHA256:") else { return nil }
        var rest = Array(text.utf8.dropFirst(7))
        if rest.count == 44, rest.last == 0x3d { rest.removeLast() }
        guard rest.count == 43, let bytes = Base64.decode(rest + [0x3d]), bytes.count == 32 else { return nil }
        // Two unused bits of the last character may be anything in the text; the bytes are what counts.
        base64 = Base64.encode(bytes, padded: false)
    }

    /// Whether the key has this fingerprint.
    public func matches(_ key: HostKey) -> Bool { key.fingerprint.text == "SHA256:" + base64 }
}

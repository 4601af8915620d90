/// How messages travel: 8 bytes of header, JSON, secret bytes.
public enum KeeperFrame {
    /// The header: the number of bytes of JSON, then of secret bytes; UInt32, big endian.
    public static let headerCount = 8
    /// The longest JSON, in bytes.
    public static let mostJSON = 16 << 20
    /// The most secret bytes after one message.
    public static let mostSecretBytes = 4 << 20

    /// The header and the JSON of a frame. The secret bytes are written after it by who holds them.
    ///
    /// - Throws: `jsonTooLong` or `tooManySecretBytes`; nothing that this returns is refused by `KeeperFrameReader`.
    public static func head(json: [UInt8], secretBytes: Int = 0) throws(KeeperFrameError) -> [UInt8] {
        guard json.count <= mostJSON else { throw .jsonTooLong }
        guard secretBytes >= 0, secretBytes <= mostSecretBytes else { throw .tooManySecretBytes }
        guard !json.isEmpty else { throw .empty }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerCount + json.count)
        for count in [UInt32(json.count), UInt32(secretBytes)] {
            bytes += [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
        }
        bytes += json
        return bytes
    }
}

/// What no keeper and no client of one sends. The stream has lost its place and is to be closed.
public enum KeeperFrameError: Error, Equatable, Sendable {
    /// A header without JSON after it.
    case empty
    /// More JSON than `KeeperFrame.mostJSON`.
    case jsonTooLong
    /// More secret bytes than `KeeperFrame.mostSecretBytes`.
    case tooManySecretBytes
}

/// Reads headers and JSON out of a stream, and stops before secret bytes.
///
/// It is told bytes as they come, never more than `wanted` at a time. So who reads the descriptor never reads beyond a JSON
/// text by accident, and secret bytes go from the descriptor straight into locked memory:
///
///     read at most `wanted` bytes → push → nil: again
///                                        → message: read its secret bytes yourself, then again
public struct KeeperFrameReader: Sendable {
    /// A message whose secret bytes, if any, are the next ones of the stream.
    public struct Message: Equatable, Sendable {
        public let json: [UInt8]
        /// So many bytes follow that are not to be pushed.
        public let secretBytes: Int
    }

    private var header: [UInt8] = []
    private var json: [UInt8] = []
    private var counts: (json: Int, secretBytes: Int)?

    public init() {}

    /// The most bytes that may be pushed next; at least 1.
    public var wanted: Int {
        counts.map { $0.json - json.count } ?? KeeperFrame.headerCount - header.count
    }

    /// Whether the stream may end here without a message being cut.
    public var isBetweenMessages: Bool { header.isEmpty }

    /// Takes a piece and gives the message that it completes.
    ///
    /// Memory grows with what has come, not with what a header announces.
    /// - Precondition: `bytes` are at most `wanted`.
    public mutating func push(_ bytes: ArraySlice<UInt8>) throws(KeeperFrameError) -> Message? {
        precondition(bytes.count <= wanted, "bytes beyond the message are not this reader's")
        guard let counts else {
            header += bytes
            if header.count == KeeperFrame.headerCount { self.counts = try Self.counts(header) }
            return nil
        }
        json += bytes
        guard json.count == counts.json else { return nil }
        let message = Message(json: json, secretBytes: counts.secretBytes)
        self = KeeperFrameReader()
        return message
    }

    private static func counts(_ header: [UInt8]) throws(KeeperFrameError) -> (json: Int, secretBytes: Int) {
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        let json = number(header[..<4])
        let secretBytes = number(header[4...])
        guard json > 0 else { throw .empty }
        guard json <= KeeperFrame.mostJSON else { throw .jsonTooLong }
        guard secretBytes <= KeeperFrame.mostSecretBytes else { throw .tooManySecretBytes }
        return (json, secretBytes)
    }
}

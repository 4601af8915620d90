public import JSON

/// The id of a JSON-RPC request: a string or an integer, kept exactly as it came.
public struct RequestID: Hashable, Sendable {
    /// The id as a JSON value.
    public let json: JSONValue
    /// The identity: `1` and `"1"` differ, and so do texts that Unicode calls equivalent.
    private let bytes: [UInt8]

    /// The longest id that is taken, in bytes, so that ids cannot hold much memory.
    static let maximumBytes = 65_536

    /// An id, or nil when the value is neither a string nor an integer literal, or is too long.
    init?(_ json: JSONValue) {
        switch json {
        case .string: break
        case .number(let number) where number.isIntegerLiteral: break
        default: return nil
        }
        bytes = json.serialized()
        guard bytes.count <= Self.maximumBytes else { return nil }
        self.json = json
    }

    public static func == (left: RequestID, right: RequestID) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

public import JSON

/// A JSON-RPC error answer.
///
/// Codes are those of JSON-RPC 2.0 section 5.1 and of the Model Context Protocol (-32020 to -32022).
public struct RPCError: Error, Equatable, Sendable {
    public let code: Int
    public let message: String
    public let data: JSONValue?

    public init(code: Int, message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// -32700: the line is not JSON.
    static func parse(_ message: String) -> RPCError { RPCError(code: -32700, message: message) }
    /// -32600: JSON, but not a request that is allowed here.
    static func invalidRequest(_ message: String) -> RPCError { RPCError(code: -32600, message: message) }
    /// -32601: there is no such method in this revision.
    static func methodNotFound(_ method: String) -> RPCError {
        RPCError(code: -32601, message: "unknown method \(quoted(method))")
    }
    /// -32602: the method is there, its parameters are wrong.
    public static func invalidParams(_ message: String) -> RPCError { RPCError(code: -32602, message: message) }
    /// -32603: the server could not do it.
    public static func `internal`(_ message: String) -> RPCError { RPCError(code: -32603, message: message) }

    /// -32022: the request names a revision that is not served without a handshake.
    static func unsupportedVersion(_ requested: String) -> RPCError {
        let supported = Revision.modern.map { JSONValue.string($0.rawValue) }
        return RPCError(
            code: -32022, message: "unsupported protocol version",
            data: ["supported": .array(supported), "requested": .string(String(requested.prefix(64)))])
    }

    /// -32021: the call needs a client capability that the request did not declare.
    public static func missingCapability(_ capabilities: JSONObject) -> RPCError {
        RPCError(
            code: -32021, message: "a required client capability is missing",
            data: ["requiredCapabilities": .object(capabilities)])
    }

    /// A name from the client, short enough for a message. Of a long one with digits, as tokens are and our names are not,
    /// hardly anything is repeated: a client may log what we answer.
    static func quoted(_ name: String) -> String {
        let mayBeToken = name.utf8.count > 16 && name.utf8.contains { (0x30...0x39).contains($0) }
        return mayBeToken ? "\"\(name.prefix(4))...\"" : "\"\(name.prefix(64))\""
    }

    var json: JSONValue {
        var out: JSONObject = ["code": .int(code), "message": .string(message)]
        if let data { out["data"] = data }
        return .object(out)
    }
}

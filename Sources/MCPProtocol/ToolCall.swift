public import JSON

/// Names one call for as long as it is in flight. Never used twice on a connection, while a client may use the id of a
/// finished or cancelled request again.
public struct CallHandle: Hashable, Sendable {
    let number: UInt64
}

/// A `tools/call` request that the server is to carry out.
public struct ToolCall: Sendable {
    public let handle: CallHandle
    /// A tool of the description; others are refused before.
    public let name: String
    public let arguments: JSONObject
    /// `_meta` of the request, empty when there was none. Written by the client and not to be trusted.
    public let meta: JSONObject
    /// The revision by which the request is answered.
    public let revision: Revision
    /// Whether the client wants progress.
    public let wantsProgress: Bool
    /// Whether `MCPConnection.elicit` can reach the user.
    public let canElicit: Bool
    /// What the user answered to questions asked in an earlier round of the same call, by the key of the question.
    public let answers: [String: ElicitationAnswer]
    /// The state given with those questions, authenticated; nil in a first round.
    public let state: String?
}

/// What a tool gives back.
public struct ToolResult: Sendable {
    /// The structured value. It also becomes the text unless `text` is set.
    public var structured: JSONObject?
    /// The text, when it is to differ from the structured value (errors).
    public var text: String?
    /// Whether the call failed in a way that the model should read.
    public var isError: Bool
    /// `_meta` of the result.
    public var meta: JSONObject?

    /// A result that conforms to the output schema of the tool.
    public static func structured(_ value: JSONObject, meta: JSONObject? = nil) -> ToolResult {
        ToolResult(structured: value, text: nil, isError: false, meta: meta)
    }

    /// A result that is only text, for tools without an output schema.
    public static func text(_ text: String, meta: JSONObject? = nil) -> ToolResult {
        ToolResult(structured: nil, text: text, isError: false, meta: meta)
    }

    /// A failure the model can act on.
    public static func failure(_ text: String, meta: JSONObject? = nil) -> ToolResult {
        ToolResult(structured: nil, text: text, isError: true, meta: meta)
    }

    /// The same result with every text in it put through `body`.
    public func mappingStrings(_ body: (String) -> String) -> ToolResult {
        ToolResult(
            structured: structured?.mappingStrings(body), text: text.map(body), isError: isError,
            meta: meta?.mappingStrings(body))
    }

    /// The `CallToolResult` of a revision.
    func json(for revision: Revision) -> JSONObject {
        let content = text ?? structured.map { String(decoding: $0.serialized(), as: UTF8.self) } ?? ""
        var out: JSONObject = ["content": [["type": "text", "text": .string(content)]]]
        if revision.hasStructuredContent, let structured { out["structuredContent"] = .object(structured) }
        if isError { out["isError"] = true }
        if let meta { out["_meta"] = .object(meta) }
        return out
    }
}

/// How a call ends.
public enum CallOutcome: Sendable {
    case result(ToolResult)
    case error(RPCError)
}

/// What the owner of a connection does next, in order.
public enum ConnectionAction: Sendable {
    /// Write these bytes: whole lines, each with its newline.
    case send([UInt8])
    /// Start this call; its end is told with `MCPConnection.finish`.
    case call(ToolCall)
    /// Stop this call. Whatever is told about it from now on is dropped.
    case cancel(CallHandle)
    /// The user answered a question asked with `MCPConnection.elicit`.
    case answer(CallHandle, key: String, ElicitationAnswer)
}

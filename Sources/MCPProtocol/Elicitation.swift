public import JSON

/// A question for the user, asked through the client. Never for secrets: the answer passes through the client.
public struct Elicitation: Sendable {
    /// Tells several questions of one call apart.
    public var key: String
    /// What the user reads.
    public var message: String
    /// A flat object schema of primitives and enums.
    public var schema: JSONObject

    public init(key: String, message: String, schema: JSONObject) {
        self.key = key
        self.message = message
        self.schema = schema
    }

    /// `mode` is left out: it means a form, and clients before 2025-11-25 do not know it.
    var params: JSONValue { ["message": .string(message), "requestedSchema": .object(schema)] }
}

/// What came back. Everything but `accept` means no.
public enum ElicitationAnswer: Equatable, Sendable {
    /// The user agreed; the content is as the client sent it and not yet checked against the schema.
    case accept(JSONObject)
    case decline
    case cancel

    /// Reads an `ElicitResult`; what is malformed counts as cancelled.
    init(_ json: JSONValue?) {
        switch json?["action"]?.string {
        case "accept": self = .accept(json?["content"]?.object ?? JSONObject())
        case "decline": self = .decline
        default: self = .cancel
        }
    }
}

/// What became of a question.
public enum ElicitationOutcome: Sendable {
    /// It was sent; the call goes on and an `.answer` follows, unless the call is cancelled first.
    case asked([ConnectionAction])
    /// The call has ended with the question as its result; the client repeats it as a new call with `answers`.
    case deferred([ConnectionAction])
    /// The client did not declare that it can ask, or the call is no longer in flight. Nothing was sent.
    case unavailable
}

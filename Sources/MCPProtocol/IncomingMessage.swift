import JSON

/// What a JSON value is as a JSON-RPC 2.0 message.
enum IncomingMessage {
    case request(IncomingRequest)
    case notification(method: String, params: JSONValue?)
    /// An answer to a request of ours; nil when its id is none of ours.
    case response(id: RequestID?, result: JSONValue?)
    /// No message, or a request that breaks JSON-RPC.
    case refused(RPCError, id: RequestID?)
    /// A malformed notification.
    case ignored

    init(_ value: JSONValue, size: Int) {
        guard let object = value.object else {
            self = .refused(.invalidRequest("a message is a JSON object"), id: nil)
            return
        }
        if !object.contains("method"), object.contains("result") || object.contains("error") {
            self = .response(id: object["id"].flatMap { RequestID($0) }, result: object["result"])
            return
        }
        let isVersion2 = object["jsonrpc"] == "2.0"
        let method = object["method"]?.string
        guard let rawID = object["id"] else {
            if let method {
                self = isVersion2 ? .notification(method: method, params: object["params"]) : .ignored
            } else {
                self = .refused(.invalidRequest("a request has a method"), id: nil)
            }
            return
        }
        guard let id = RequestID(rawID) else {
            self = .refused(.invalidRequest("an id is a string or an integer"), id: nil)
            return
        }
        guard isVersion2 else {
            self = .refused(.invalidRequest("jsonrpc must be \"2.0\""), id: id)
            return
        }
        guard let method else {
            self = .refused(.invalidRequest("a method is a string"), id: id)
            return
        }
        self = .request(IncomingRequest(id: id, method: method, params: object["params"], size: size))
    }
}

/// A well-formed request whose method and parameters are still to be judged.
struct IncomingRequest {
    let id: RequestID
    let method: String
    let params: JSONValue?
    /// The bytes of its line, or its part of a batch.
    let size: Int
    /// The batch that collects the answer.
    var batch: Int?

    /// The parameters, which MCP wants to be an object.
    func object() throws(RPCError) -> JSONObject {
        switch params {
        case nil: return JSONObject()
        case .object(let object)?: return object
        case let other?: throw .invalidParams("params: expected an object, got \(other.typeName)")
        }
    }

    /// `_meta` of the parameters.
    func meta() throws(RPCError) -> JSONObject {
        switch try object()["_meta"] {
        case nil: return JSONObject()
        case .object(let object)?: return object
        case let other?: throw .invalidParams("_meta: expected an object, got \(other.typeName)")
        }
    }
}

internal import JSON

/// What the server asks of its keeper.
public struct KeeperRequest: Equatable, Sendable {
    public enum Ask: Equatable, Sendable {
        /// Whether there is a vault and whether it is unlocked. Never unlocks it.
        case status
        /// All projects, their environments and folders.
        case projects
        /// Names and attributes of secrets; no value.
        case secrets(SecretsQuery)
        /// The project file in force in a directory.
        case current(directory: String)
        /// Values for one run or session.
        case open(OpenRequest)
        /// How it ended.
        case ended(EndedRun)
    }

    /// Chosen by who asks; the reply repeats it.
    public let id: Int
    public let ask: Ask

    public init(id: Int, _ ask: Ask) {
        self.id = id
        self.ask = ask
    }

    /// Reads the JSON of a frame. A request has no secret bytes.
    public init(json: [UInt8]) throws(KeeperMessageError) {
        let envelope = try Envelope(json)
        id = envelope.id
        switch envelope.kind {
        case "status": ask = .status
        case "projects": ask = .projects
        case "secrets": ask = .secrets(try SecretsQuery(envelope.fields))
        case "current": ask = .current(directory: try Directory(envelope.fields).text)
        case "open": ask = .open(try OpenRequest(envelope.fields))
        case "ended": ask = .ended(try EndedRun(envelope.fields))
        default: throw .unknownKind
        }
    }

    /// The JSON of a frame.
    public var json: [UInt8] {
        switch ask {
        case .status: Envelope.bytes(id: id, kind: "status", nil)
        case .projects: Envelope.bytes(id: id, kind: "projects", nil)
        case .secrets(let query): Envelope.bytes(id: id, kind: "secrets", query)
        case .current(let directory): Envelope.bytes(id: id, kind: "current", Directory(text: directory))
        case .open(let request): Envelope.bytes(id: id, kind: "open", request)
        case .ended(let run): Envelope.bytes(id: id, kind: "ended", run)
        }
    }
}

private struct Directory: MessagePart {
    let text: String

    init(text: String) { self.text = text }
    init(_ fields: MessageFields) throws(KeeperMessageError) { text = try fields.text("directory") }
    func write(to object: inout JSONObject) { object.set("directory", text) }
}

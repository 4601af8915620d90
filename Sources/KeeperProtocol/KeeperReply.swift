internal import JSON

/// What the keeper answers.
public struct KeeperReply: Equatable, Sendable {
    public enum Answer: Equatable, Sendable {
        case status(KeeperStatus)
        case projects([ProjectOutline])
        case secrets(SecretList)
        case current(CurrentProject)
        /// The values follow the JSON, one after the other in the order of the entries.
        case opened(OpenedSecrets)
        /// The person is to be asked first; then the same request is sent again with the token.
        case confirm(Confirmation)
        case refused(Refusal)
        /// The end of a run is in the log.
        case acknowledged
    }

    /// The request's.
    public let id: Int
    public let answer: Answer

    public init(id: Int, _ answer: Answer) {
        self.id = id
        self.answer = answer
    }

    /// The number of secret bytes that follow the JSON.
    public var secretBytes: Int {
        guard case .opened(let opened) = answer else { return 0 }
        return opened.byteCount
    }

    /// Reads the JSON of a frame.
    ///
    /// - Parameter secretBytes: the number that the frame's header gives; it must be what the entries add up to.
    public init(json: [UInt8], secretBytes: Int) throws(KeeperMessageError) {
        let envelope = try Envelope(json)
        id = envelope.id
        switch envelope.kind {
        case "status": answer = .status(try KeeperStatus(envelope.fields))
        case "projects": answer = .projects(try envelope.fields.parts("projects"))
        case "secrets": answer = .secrets(try SecretList(envelope.fields))
        case "current": answer = .current(try CurrentProject(envelope.fields))
        case "opened": answer = .opened(try OpenedSecrets(envelope.fields))
        case "confirm": answer = .confirm(try Confirmation(envelope.fields))
        case "refused": answer = .refused(try Refusal(envelope.fields))
        case "acknowledged": answer = .acknowledged
        default: throw .unknownKind
        }
        guard self.secretBytes == secretBytes else { throw .secretBytesDoNotFit }
    }

    /// The JSON of a frame.
    public var json: [UInt8] {
        switch answer {
        case .status(let status): Envelope.bytes(id: id, kind: "status", status)
        case .projects(let projects): Envelope.bytes(id: id, kind: "projects", Outlines(projects: projects))
        case .secrets(let list): Envelope.bytes(id: id, kind: "secrets", list)
        case .current(let project): Envelope.bytes(id: id, kind: "current", project)
        case .opened(let opened): Envelope.bytes(id: id, kind: "opened", opened)
        case .confirm(let confirmation): Envelope.bytes(id: id, kind: "confirm", confirmation)
        case .refused(let refusal): Envelope.bytes(id: id, kind: "refused", refusal)
        case .acknowledged: Envelope.bytes(id: id, kind: "acknowledged", nil)
        }
    }
}

private struct Outlines: MessagePart {
    let projects: [ProjectOutline]

    init(projects: [ProjectOutline]) { self.projects = projects }
    init(_ fields: MessageFields) throws(KeeperMessageError) { projects = try fields.parts("projects") }
    func write(to object: inout JSONObject) { object.set("projects", projects) }
}

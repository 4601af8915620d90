internal import JSON

/// What every message has around what it says.
struct Envelope {
    /// The version of this protocol.
    static let version = 1

    let id: Int
    let kind: String
    let fields: MessageFields

    init(_ bytes: [UInt8]) throws(KeeperMessageError) {
        let parsed: JSONValue
        do throws(JSONError) {
            parsed = try JSONParser.parse(bytes, limits: JSONLimits(bytes: KeeperFrame.mostJSON, depth: 16))
        } catch {
            throw .notJSON
        }
        guard let object = parsed.object else { throw .notJSON }
        guard object["version"]?.int == Self.version else { throw .otherVersion }
        let fields = MessageFields(object)
        id = try fields.number("id")
        kind = try fields.text("kind")
        self.fields = fields
    }

    static func bytes(id: Int, kind: String, _ part: (any MessagePart)?) -> [UInt8] {
        var object = JSONObject()
        object.set("version", version)
        object.set("id", id)
        object.set("kind", kind)
        part?.write(to: &object)
        return object.serialized()
    }
}

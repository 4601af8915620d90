import Digest
public import JSON

/// One line of a log, read and checked for its form. `docs/audit-format.md` specifies it.
public struct AuditRecord: Sendable {
    /// The whole object, with `hash`.
    public let object: JSONObject
    public let seq: Int
    /// Milliseconds since 1970-01-01 UTC by the clock of the machine, which may have jumped: `seq` orders, not this.
    public let ts: Int
    public let type: AuditType
    public let session: String?
    /// The hash of the record before, 64 lower-case hexadecimal digits.
    public let prev: String
    /// The hash the line states.
    public let hash: String

    /// How many bytes the longest line may have, its line feed included.
    public static let largestLine = 8 << 20

    /// What `prev` is in the first record.
    public static let noHash = String(repeating: "0", count: 64)

    static let limits = JSONLimits(bytes: largestLine, depth: 64)

    /// Reads a line without its line feed. Nil when it does not have the form of a record; the hash is not compared.
    public init?(line: ArraySlice<UInt8>) {
        guard line.count < Self.largestLine, line.count > Self.tailLength,
            line.dropLast(66).suffix(9).elementsEqual(Self.hashOpening),
            let object = (try? JSONParser.parse(line, limits: Self.limits))?.object
        else { return nil }
        let keys = object.keys
        guard keys.count >= 5, keys[0] == "seq", keys[1] == "ts", keys[2] == "type",
            keys[keys.count - 2] == "prev", keys[keys.count - 1] == "hash",
            let seq = object["seq"]?.int, seq >= 0, let ts = object["ts"]?.int, let type = object["type"]?.string,
            let prev = object["prev"]?.string, Self.isHash(prev), let hash = object["hash"]?.string, Self.isHash(hash)
        else { return nil }
        if let session = object["session"], session.string == nil || keys[3] != "session" { return nil }
        self.object = object
        self.seq = seq
        self.ts = ts
        self.type = AuditType(rawValue: type)
        session = object["session"]?.string
        self.prev = prev
        self.hash = hash
    }

    /// How it ended, if the record says so.
    public var result: AuditResult? {
        object["result"]?.string.flatMap(AuditResult.init(rawValue:))
    }

    /// The hash that a line without its line feed must state: SHA-256 of the line without its `hash` member.
    static func expectedHash(line: ArraySlice<UInt8>) -> String {
        var hasher = SHA256()
        hasher.update(line.dropLast(tailLength))
        hasher.update([0x7d])
        return hasher.finalize().hex
    }

    /// The line of a record, with its line feed, and its hash.
    static func encode(_ event: AuditEvent, seq: Int, ts: Int, prev: String) -> (line: [UInt8], hash: String) {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        line += "{\"seq\":".utf8
        line += String(seq).utf8
        line += ",\"ts\":".utf8
        line += String(ts).utf8
        member("type", .string(event.type.rawValue), into: &line)
        if let session = event.session { member("session", .string(session), into: &line) }
        for field in event.fields { member(field.key, field.value, into: &line) }
        line += ",\"prev\":\"".utf8
        line += prev.utf8
        line.append(0x22)
        var hasher = SHA256()
        hasher.update(line)
        hasher.update([0x7d])
        let hash = hasher.finalize().hex
        line += hashOpening
        line += hash.utf8
        line += "\"}\n".utf8
        return (line, hash)
    }

    private static func member(_ name: String, _ value: JSONValue, into line: inout [UInt8]) {
        line.append(0x2c)
        JSONValue.string(name).write(into: &line)
        line.append(0x3a)
        value.write(into: &line)
    }

    static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// `,"hash":"`
    private static let hashOpening = Array(",\"hash\":\"".utf8)
    /// The bytes of `,"hash":"<64 digits>"}`.
    private static let tailLength = 75
}

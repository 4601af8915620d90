import JSON

/// What the side file `<log>.head` says: the identity of the log and its newest record. Truncation shows against it.
public struct AuditHead: Equatable, Sendable {
    /// The identity from the `begin` record: 32 hexadecimal digits.
    public let file: String
    /// The number of the newest record.
    public let seq: Int
    /// The hash of the newest record.
    public let hash: String

    public init(file: String, seq: Int, hash: String) {
        self.file = file
        self.seq = seq
        self.hash = hash
    }

    /// The bytes of every head file: it is written in place, so its size never changes and needs no new disk space.
    public static let size = 192

    /// The content of a head file: a JSON object, spaces, a line feed.
    public func encoded() -> [UInt8] {
        // Written by hand: this runs for every record, and neither member needs escapes.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        bytes += "{\"file\":\"".utf8
        bytes += file.utf8
        bytes += "\",\"seq\":".utf8
        bytes += String(seq).utf8
        bytes += ",\"hash\":\"".utf8
        bytes += hash.utf8
        bytes += "\"}".utf8
        bytes += repeatElement(0x20, count: Self.size - 1 - bytes.count)
        bytes.append(0x0a)
        return bytes
    }

    /// Reads the content of a head file. Nil when it is not one.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, let object = (try? JSONParser.parse(bytes))?.object, object.count == 3,
            let file = object["file"]?.string, AuditHead.isIdentity(file), let seq = object["seq"]?.int, seq >= 0,
            let hash = object["hash"]?.string, AuditRecord.isHash(hash)
        else { return nil }
        self.init(file: file, seq: seq, hash: hash)
    }

    /// The name of the head file of a log.
    public static func name(of log: String) -> String { log + ".head" }

    static func isIdentity(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

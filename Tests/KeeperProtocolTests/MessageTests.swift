import JSON
import KeeperProtocol
import Testing

@Suite("Keeper messages")
struct MessageTests {
    @Test("Every request is read as it was written", arguments: Samples.requests)
    func request(_ request: KeeperRequest) throws {
        #expect(try KeeperRequest(json: request.json) == request)
    }

    @Test("Every reply is read as it was written", arguments: Samples.replies)
    func reply(_ reply: KeeperReply) throws {
        #expect(try KeeperReply(json: reply.json, secretBytes: reply.secretBytes) == reply)
    }

    @Test("A message cut at any byte is refused")
    func cuts() {
        for request in Samples.requests {
            let json = request.json
            for end in 0..<json.count {
                #expect(throws: KeeperMessageError.notJSON) { try KeeperRequest(json: Array(json[..<end])) }
            }
        }
        for reply in Samples.replies {
            let json = reply.json
            for end in 0..<json.count {
                #expect(throws: KeeperMessageError.notJSON) {
                    try KeeperReply(json: Array(json[..<end]), secretBytes: reply.secretBytes)
                }
            }
        }
    }

    @Test("A message with any member of another type or left out is refused, or reads as one without an optional part")
    func members() throws {
        for request in Samples.requests {
            for changed in variants(try JSONParser.parse(request.json)) {
                guard let read = try? KeeperRequest(json: changed.serialized()) else { continue }
                #expect(read != request, "a member made no difference")
            }
        }
        for reply in Samples.replies {
            for changed in variants(try JSONParser.parse(reply.json)) {
                guard let read = try? KeeperReply(json: changed.serialized(), secretBytes: reply.secretBytes) else { continue }
                #expect(read != reply, "a member made no difference")
            }
        }
    }

    @Test("Secret bytes are exactly what the entries add up to, and no other reply has any")
    func secretBytes() {
        #expect(Samples.opened.byteCount == 5)
        for reply in Samples.replies {
            for wrong in [-1, 1, 4, 6, 4 << 20] where wrong != reply.secretBytes {
                #expect(throws: KeeperMessageError.secretBytesDoNotFit) { try KeeperReply(json: reply.json, secretBytes: wrong) }
            }
        }
    }

    @Test(
        "What is none of ours is refused, with the reason",
        arguments: [
            ("[]", KeeperMessageError.notJSON), ("1", .notJSON), ("", .notJSON), ("{}", .otherVersion),
            (#"{"version":2,"id":1,"kind":"status"}"#, .otherVersion), (#"{"version":"1","id":1,"kind":"status"}"#, .otherVersion),
            (#"{"version":1,"kind":"status"}"#, .malformed), (#"{"version":1,"id":1.5,"kind":"status"}"#, .malformed),
            (#"{"version":1,"id":"1","kind":"status"}"#, .malformed), (#"{"version":1,"id":1}"#, .malformed),
            (#"{"version":1,"id":1,"kind":"get"}"#, .unknownKind), (#"{"version":1,"id":1,"kind":"lock"}"#, .unknownKind),
            (#"{"version":1,"id":1,"id":2,"kind":"status"}"#, .notJSON),
        ])
    func foreign(_ text: String, _ error: KeeperMessageError) {
        #expect(throws: error) { try KeeperRequest(json: Array(text.utf8)) }
    }

    @Test("An open request names 1 to 256 keys, each once")
    func keys() throws {
        func request(_ keys: [String]) -> [UInt8] {
            var open = Samples.open
            open.keys = keys
            return KeeperRequest(id: 1, .open(open)).json
        }
        let many = (0...256).map { "K\($0)" }
        _ = try KeeperRequest(json: request(Array(many.dropLast())))
        for keys in [[], ["A", "B", "A"], many] {
            #expect(throws: KeeperMessageError.malformed) { try KeeperRequest(json: request(keys)) }
        }
    }

    @Test("A value that announces a size beyond a frame is refused")
    func sizes() {
        for count in [-1, 4 << 20 + 1, Int.max] {
            var opened = Samples.opened
            opened.entries[0].byteCount = count
            opened.entries[1].byteCount = 0
            #expect(throws: KeeperMessageError.malformed) {
                try KeeperReply(json: KeeperReply(id: 1, .opened(opened)).json, secretBytes: count)
            }
        }
    }

    /// The value with each member, at any depth, left out once and given another type once.
    private func variants(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .object(let object):
            return object.keys.flatMap { key -> [JSONValue] in
                let member = object[key] ?? .null
                var without = object
                without[key] = nil
                let changed = [.bool(true) == member ? .int(1) : .bool(true)] + variants(member)
                return [.object(without)] + changed.map { value in
                    var copy = object
                    copy[key] = value
                    return .object(copy)
                }
            }
        case .array(let items):
            return items.indices.flatMap { index in
                ([.object([:])] + variants(items[index])).map { item in
                    var copy = items
                    copy[index] = item
                    return .array(copy)
                }
            }
        default: return []
        }
    }
}

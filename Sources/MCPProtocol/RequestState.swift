import JSON

/// Makes `requestState` of multi-round-trip requests unforgeable.
///
/// A state is bound to the tool and its arguments and expires. It only proves that this process asked: what the user
/// answered is the client's word.
public struct StateSealer {
    /// A message authentication code with a key of this process, such as HMAC-SHA-256.
    let authenticate: ([UInt8]) -> [UInt8]
    /// Seconds of a clock that only goes forward.
    let now: () -> Int
    /// How long a state is good, in seconds.
    let lifetime: Int

    public init(authenticate: @escaping ([UInt8]) -> [UInt8], now: @escaping () -> Int, lifetime: Int = 600) {
        self.authenticate = authenticate
        self.now = now
        self.lifetime = lifetime
    }

    /// The text for the client: hex of the payload, a dot, hex of the code.
    func seal(_ state: String, tool: String, arguments: JSONObject) -> String {
        let payload = JSONValue.object(["e": .int(now() + lifetime), "s": .string(state)]).serialized()
        return Self.hex(payload) + "." + Self.hex(code(payload, tool: tool, arguments: arguments))
    }

    /// The state inside, or nil when it is forged, changed, for another call or too old.
    func open(_ sealed: String, tool: String, arguments: JSONObject) -> String? {
        let parts = sealed.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard sealed.utf8.count <= 65_536, parts.count == 2, let payload = Self.bytes(parts[0]),
            let given = Self.bytes(parts[1])
        else { return nil }
        let expected = code(payload, tool: tool, arguments: arguments)
        guard given.count == expected.count else { return nil }
        // Every byte is compared, so the time says nothing about where they differ.
        guard zip(given, expected).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0 else { return nil }
        guard let json = try? JSONParser.parse(payload), let expiry = json["e"]?.int, now() < expiry else { return nil }
        return json["s"]?.string
    }

    /// The code over payload, method, tool and arguments; each part is JSON, so their borders are not ambiguous.
    private func code(_ payload: [UInt8], tool: String, arguments: JSONObject) -> [UInt8] {
        let binding: JSONValue = [
            .string(String(decoding: payload, as: UTF8.self)), "tools/call", .string(tool), .object(arguments),
        ]
        return authenticate(binding.canonicalBytes())
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes { out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: out, as: UTF8.self)
    }

    private static func bytes(_ hex: Substring.UTF8View) -> [UInt8]? {
        var out: [UInt8] = []
        var high: UInt8?
        for digit in hex {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            default: return nil
            }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? out : nil
    }
}

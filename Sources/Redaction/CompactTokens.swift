/// Tokens known by their build instead of a fixed start.
enum CompactToken: Sendable {
    case jwt
    case telegram
    case discord
    case azureClientSecret
    case twilioKey
    case twilioPair

    private static let base64 = ByteSet.base64.union(ByteSet("_-"))
    private static let base64AndDot = base64.union(ByteSet("."))
    private static let azure = ByteSet.tokenAndDot.union(ByteSet("~"))

    /// Verifies a candidate whose anchor starts at `index`.
    func match(at index: Int, in window: inout Window) -> Match? {
        switch self {
        case .jwt: Self.jwt(at: index, in: &window)
        case .telegram: Self.telegram(at: index, in: &window)
        case .discord: Self.discord(at: index, in: &window)
        case .azureClientSecret: Self.azureClientSecret(at: index, in: &window)
        case .twilioKey: Self.twilioKey(at: index, in: &window)
        case .twilioPair: Self.twilioPair(at: index, in: &window)
        }
    }

    /// `eyJ….….…`, each part of 8 or more (RFC 7515 and 7516 in compact form). A part that goes on past the reach
    /// of a verification counts as long enough: nothing else looks like that.
    private static func jwt(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index, after: base64) else { return nil }
        let dot = UInt8(ascii: ".")
        let header = window.end(of: .token, from: index, limit: 1024)
        guard header - index >= 8, window.has(dot, at: header) else { return nil }
        let payload = window.end(of: .token, from: header + 1, limit: 1024)
        guard payload - header > 8 else { return nil }
        if payload - header <= 1024 {
            guard window.has(dot, at: payload) else { return nil }
            guard window.end(of: .token, from: payload + 1, limit: 8) - payload > 8 else { return nil }
        }
        return Match(start: index, tailStart: payload, tail: .run(.tokenAndDot), label: "jwt")
    }

    /// `<8 to 10 digits>:AA<33 more>`. The anchor is `:AA`.
    private static func telegram(at index: Int, in window: inout Window) -> Match? {
        let start = window.start(of: .digits, before: index, limit: 11)
        guard (8...10).contains(index - start) else { return nil }
        let end = window.end(of: .token, from: index + 1, limit: 35)
        guard end - index == 36 else { return nil }
        return Match(start: start, tailStart: end, tail: .run(.token), label: "telegram-token")
    }

    /// A bot token: the base64 of a numeric id, a time stamp of 6, a signature of 27 or more. The anchor is the
    /// start of the id, of which the base64 of two digits leaves ten forms.
    private static func discord(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index, after: base64AndDot) else { return nil }
        let dot = UInt8(ascii: ".")
        let id = window.end(of: .token, from: index, limit: 32)
        guard (23...31).contains(id - index), window.has(dot, at: id) else { return nil }
        let stamp = window.end(of: .token, from: id + 1, limit: 9)
        guard (6...8).contains(stamp - id - 1), window.has(dot, at: stamp) else { return nil }
        let end = window.end(of: .token, from: stamp + 1, limit: 27)
        guard end - stamp == 28 else { return nil }
        return Match(start: index, tailStart: end, tail: .run(.token), label: "discord-token")
    }

    /// `xxx0Q~` and 31 or more. The anchor is `Q~`.
    private static func azureClientSecret(at index: Int, in window: inout Window) -> Match? {
        guard window.has(.digits, at: index - 1) else { return nil }
        for back in 2...4 where !window.has(azure, at: index - back) { return nil }
        let end = window.end(of: azure, from: index + 2, limit: 31)
        guard end - index == 33 else { return nil }
        return Match(start: index - 4, tailStart: end, tail: .run(azure), label: "azure-client-secret")
    }

    /// `SK` and exactly 32 hexadecimal digits.
    private static func twilioKey(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index, after: .identifier) else { return nil }
        let end = window.end(of: .hexadecimal, from: index + 2, limit: 33)
        guard end - index == 34, !window.has(.identifier, at: end) else { return nil }
        return Match(start: index, tailStart: end, tail: .none, label: "twilio-key")
    }

    /// `AC<32 hexadecimal digits>:<32 more>`, an account id with its token; the id stays readable.
    private static func twilioPair(at index: Int, in window: inout Window) -> Match? {
        let id = window.end(of: .hexadecimal, from: index + 2, limit: 33)
        guard id - index == 34, window.has(UInt8(ascii: ":"), at: id) else { return nil }
        let end = window.end(of: .hexadecimal, from: id + 1, limit: 32)
        guard end - id == 33 else { return nil }
        return Match(start: id + 1, tailStart: end, tail: .run(.hexadecimal), label: "twilio-token")
    }
}

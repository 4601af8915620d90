/// What a name promises about its value.
enum SecretName: Equatable {
    case password
    /// `pass` as the last of several words: `DB_PASS`.
    case pass
    case secret
    case token
    case apiKey
    case privateKey
    case credential
    case auth
    case authorization

    /// The name in the marker.
    var label: String {
        switch self {
        case .password, .pass: "password"
        case .secret: "secret"
        case .token: "token"
        case .apiKey: "api-key"
        case .privateKey: "private-key"
        case .credential: "credential"
        case .auth, .authorization: "authorization"
        }
    }

    /// People choose passwords, and a word of letters can be one. The rest is made by machines.
    var isChosenByPeople: Bool { self == .password || self == .pass }

    private static let neutralEndings: Set<String> = [
        "value", "confirmation", "confirm", "base64", "b64", "string", "text", "plain", "plaintext", "raw", "new",
        "old", "current", "data", "hash",
    ]
    private static let harmlessEndings: Set<String> = [
        "count", "counts", "length", "len", "size", "limit", "limits", "type", "types", "name", "names", "file",
        "files", "path", "paths", "dir", "directory", "policy", "id", "ids", "url", "uri", "urls", "endpoint", "host",
        "port", "expiry", "expires", "expiration", "ttl", "ref", "field", "index", "usage", "min", "max", "version",
        "manager", "store", "provider", "service", "class", "enabled", "disabled", "required", "timeout", "method",
        "methods", "mode", "backend", "sock", "socket", "tokenizer", "parallelism", "scope", "scopes", "algorithm",
        "issuer", "audience", "arn", "region", "author", "authors", "authority",
    ]
    private static let keyOwners: Set<String> = [
        "api", "access", "private", "secret", "encryption", "signing", "master", "account", "shared", "auth",
        "deploy", "storage", "webhook", "service", "license", "encrypt", "app", "application", "subscription",
    ]

    /// Classifies by the last word: `client_secret` promises one, `secret_name` does not.
    init?(lastOf words: [String]) {
        var words = words
        while words.count > 1, let last = words.last, Self.neutralEndings.contains(last) || last.utf8.allSatisfy({ ByteSet.digits.contains($0) }) {
            words.removeLast()
        }
        guard var last = words.last else { return nil }
        while last.utf8.count > 1, let end = last.utf8.last, ByteSet.digits.contains(end) { last.removeLast() }
        let owner = words.dropLast().last
        if last.hasPrefix("passw") || last.hasSuffix("password") || last.hasSuffix("passwd") || last == "passphrase" || last == "passcode" {
            self = .password
        } else if last.hasSuffix("secret") {
            self = .secret
        } else if last.hasSuffix("token") {
            self = .token
        } else if last.hasPrefix("credential") {
            self = .credential
        } else if last.hasSuffix("privatekey") || (last == "key" && owner == "private") {
            self = .privateKey
        } else if last.hasSuffix("apikey") || last.hasSuffix("accesskey") || last.hasSuffix("secretkey") {
            self = .apiKey
        } else if last == "key", let owner, Self.keyOwners.contains(owner) {
            self = .apiKey
        } else if last.hasSuffix("pwd"), words.count > 1 || last.utf8.count > 3, last != "oldpwd", owner != "old" {
            self = .password
        } else if last == "pass", words.count > 1 {
            self = .pass
        } else if last == "auth" {
            self = .auth
        } else if last == "authorization" {
            self = .authorization
        } else {
            return nil
        }
    }

    /// Classifies a name in capitals by any of its words, unless the last says that the value is something else.
    init?(environment words: [String]) {
        if let last = words.last, Self.harmlessEndings.contains(last) { return nil }
        let joined = words.joined(separator: "_")
        let pieces: [(String, SecretName)] = [
            ("passw", .password), ("secret", .secret), ("token", .token), ("api_key", .apiKey), ("apikey", .apiKey),
            ("private_key", .privateKey), ("credential", .credential), ("authoriz", .token), ("authent", .token),
            ("oauth", .token),
        ]
        let bytes = Array(joined.utf8)
        guard let piece = pieces.first(where: { bytes.holds(Array($0.0.utf8)) }) else { return nil }
        self = piece.1
    }

    /// The words of an identifier, lower case: `dbPassword`, `DB_PASSWORD` and `db-password` give the same two.
    static func words(of name: [UInt8]) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        for (index, byte) in name.enumerated() {
            let splits = !ByteSet.alphanumeric.contains(byte)
            let humps = index > 0 && ByteSet.upper.contains(byte)
                && (!ByteSet.upper.contains(name[index - 1])
                    || (index + 1 < name.count && ByteSet.lower.contains(name[index + 1])))
            if splits || humps, !word.isEmpty {
                words.append(String(decoding: word, as: UTF8.self))
                word = []
            }
            if !splits { word.append(byte.lowercased) }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}

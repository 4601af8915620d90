/// What a name promises about its value.
enum SecretName: Sendable, Equatable {
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

    private static let neutralEndings = WordSet(
        "value", "confirmation", "confirm", "base64", "b64", "string", "text", "plain", "plaintext", "raw", "new",
        "old", "current", "data", "hash")
    private static let harmlessEndings = WordSet(
        "count", "counts", "length", "len", "size", "limit", "limits", "type", "types", "name", "names", "file",
        "files", "path", "paths", "dir", "directory", "policy", "id", "ids", "url", "uri", "urls", "endpoint", "host",
        "port", "expiry", "expires", "expiration", "ttl", "ref", "field", "index", "usage", "min", "max", "version",
        "manager", "store", "provider", "service", "class", "enabled", "disabled", "required", "timeout", "method",
        "methods", "mode", "backend", "sock", "socket", "tokenizer", "parallelism", "scope", "scopes", "algorithm",
        "issuer", "audience", "arn", "region", "author", "authors", "authority")
    private static let keyOwners = WordSet(
        "api", "access", "private", "secret", "encryption", "signing", "master", "account", "shared", "auth",
        "deploy", "storage", "webhook", "service", "license", "encrypt", "app", "application", "subscription")

    /// Classifies by the last word: `client_secret` promises one, `secret_name` does not.
    init?(lastOf words: NameWords) {
        guard var (rest, last) = NameWords.split(words.joined[...]) else { return nil }
        while let shorter = NameWords.split(rest),
            Self.neutralEndings.contains(last) || last.allSatisfy({ ByteSet.digits.contains($0) }) {
            (rest, last) = shorter
        }
        while last.count > 1, let end = last.last, ByteSet.digits.contains(end) { last.removeLast() }
        guard let kind = Self.kind(of: last, after: rest) else { return nil }
        self = kind
    }

    private static func kind(of last: ArraySlice<UInt8>, after rest: ArraySlice<UInt8>) -> SecretName? {
        guard let first = last.first, let end = last.last else { return nil }
        guard Parts.ends.contains(end) || Parts.starts.contains(first) else { return nil }
        let owner = NameWords.split(rest)?.last
        if last.elementsEqual(Parts.key) {
            guard let owner else { return nil }
            if owner.elementsEqual(Parts.privateWord) { return .privateKey }
            return keyOwners.contains(owner) ? .apiKey : nil
        }
        if last.starts(with: Parts.passw) || last.ends(with: Parts.password) || last.ends(with: Parts.passwd) || Parts.passphrases.contains(last) {
            return .password
        }
        if last.ends(with: Parts.secret) { return .secret }
        if last.ends(with: Parts.token) { return .token }
        if last.starts(with: Parts.credential) { return .credential }
        if last.ends(with: Parts.privateKey) { return .privateKey }
        if Parts.apiKeys.contains(where: { last.ends(with: $0) }) { return .apiKey }
        if last.ends(with: Parts.pwd) {
            let isDirectory = last.elementsEqual(Parts.oldPwd) || owner?.elementsEqual(Parts.old) == true
            return !isDirectory && (owner != nil || last.count > 3) ? .password : nil
        }
        if last.elementsEqual(Parts.pass) { return owner == nil ? nil : .pass }
        if last.elementsEqual(Parts.auth) { return .auth }
        return last.elementsEqual(Parts.authorization) ? .authorization : nil
    }

    private static let pieces: [(text: [UInt8], name: SecretName)] = ([
        ("passw", .password), ("secret", .secret), ("token", .token), ("api_key", .apiKey), ("apikey", .apiKey),
        ("private_key", .privateKey), ("credential", .credential), ("authoriz", .token), ("authent", .token),
        ("oauth", .token),
    ] as [(String, SecretName)]).map { (Array($0.0.utf8), $0.1) }

    /// Classifies a name in capitals by any of its words, unless the last says that the value is something else.
    init?(environment words: NameWords) {
        if let last = NameWords.split(words.joined[...])?.last, Self.harmlessEndings.contains(last) { return nil }
        guard let piece = Self.pieces.first(where: { words.joined.holds($0.text) }) else { return nil }
        self = piece.name
    }
}

/// Parts of telling names.
private enum Parts {
    /// The last bytes of those that may stand at an end, and the first of the others.
    static let ends = ByteSet("detnysh")
    static let starts = ByteSet("pc")
    static let passw = Array("passw".utf8)
    static let password = Array("password".utf8)
    static let passwd = Array("passwd".utf8)
    static let passphrases = WordSet("passphrase", "passcode")
    static let secret = Array("secret".utf8)
    static let token = Array("token".utf8)
    static let credential = Array("credential".utf8)
    static let privateKey = Array("privatekey".utf8)
    static let apiKeys = ["apikey", "accesskey", "secretkey"].map { Array($0.utf8) }
    static let key = Array("key".utf8)
    static let privateWord = Array("private".utf8)
    static let pwd = Array("pwd".utf8)
    static let oldPwd = Array("oldpwd".utf8)
    static let old = Array("old".utf8)
    static let pass = Array("pass".utf8)
    static let auth = Array("auth".utf8)
    static let authorization = Array("authorization".utf8)
}

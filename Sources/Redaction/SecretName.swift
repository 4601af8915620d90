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
    init?(lastOf name: borrowing Span<UInt8>) {
        guard var last = NameWords.last(of: name, before: name.count) else { return nil }
        while Self.isNeutral(name.extracting(last)), let shorter = NameWords.last(of: name, before: last.lowerBound) {
            last = shorter
        }
        var end = last.upperBound
        while end - last.lowerBound > 1, ByteSet.digits.contains(name[end - 1]) { end -= 1 }
        let word = name.extracting(last.lowerBound..<end)
        guard Self.mayTell(word) else { return nil }
        let owner = NameWords.last(of: name, before: last.lowerBound) ?? 0..<0
        guard let kind = Self.kind(of: word, after: name.extracting(owner)) else { return nil }
        self = kind
    }

    /// Classifies `key` by the last word before it.
    init?(keyAfter words: borrowing Span<UInt8>) {
        guard let owner = NameWords.last(of: words, before: words.count) else { return nil }
        guard let kind = Self.kind(of: Parts.key.span, after: words.extracting(owner)) else { return nil }
        self = kind
    }

    private static func isNeutral(_ word: borrowing Span<UInt8>) -> Bool {
        neutralEndings.contains(word, folded: true) || Value.isAll(.digits, word)
    }

    /// Whether a word has the first or the last letter of a telling one.
    private static func mayTell(_ word: borrowing Span<UInt8>) -> Bool {
        Parts.ends.contains(word[word.count - 1].lowercased) || Parts.starts.contains(word[0].lowercased)
    }

    /// - Parameter owner: the word before, which may be empty.
    private static func kind(of last: borrowing Span<UInt8>, after owner: borrowing Span<UInt8>) -> SecretName? {
        func ends(_ end: [UInt8], _ last: borrowing Span<UInt8>) -> Bool { last.ends(with: end, folded: true) }
        if last.isEqual(to: Parts.key, folded: true) {
            if owner.isEqual(to: Parts.privateWord, folded: true) { return .privateKey }
            return keyOwners.contains(owner, folded: true) ? .apiKey : nil
        }
        if last.starts(with: Parts.passw, folded: true) || ends(Parts.password, last) || ends(Parts.passwd, last)
            || Parts.passphrases.contains(last, folded: true) {
            return .password
        }
        if ends(Parts.secret, last) { return .secret }
        if ends(Parts.token, last) { return .token }
        if last.starts(with: Parts.credential, folded: true) { return .credential }
        if ends(Parts.key, last) {
            if ends(Parts.privateKey, last) { return .privateKey }
            for end in Parts.apiKeys where ends(end, last) { return .apiKey }
        }
        if ends(Parts.pwd, last) {
            let isDirectory = last.isEqual(to: Parts.oldPwd, folded: true) || owner.isEqual(to: Parts.old, folded: true)
            return !isDirectory && (owner.count > 0 || last.count > 3) ? .password : nil
        }
        if last.isEqual(to: Parts.pass, folded: true) { return owner.count == 0 ? nil : .pass }
        if last.isEqual(to: Parts.auth, folded: true) { return .auth }
        return last.isEqual(to: Parts.authorization, folded: true) ? .authorization : nil
    }

    private static let pieces: [(text: [UInt8], name: SecretName)] = ([
        ("passw", .password), ("secret", .secret), ("token", .token), ("api_key", .apiKey), ("apikey", .apiKey),
        ("private_key", .privateKey), ("credential", .credential), ("authoriz", .token), ("authent", .token),
        ("oauth", .token),
    ] as [(String, SecretName)]).map { (Array($0.0.utf8), $0.1) }

    /// Classifies a name in capitals by any of its words and those before it, unless the last says that the value is
    /// something else.
    init?(environment name: borrowing Span<UInt8>, after words: borrowing Span<UInt8>) {
        if let last = NameWords.last(of: name, before: name.count),
            Self.harmlessEndings.contains(name.extracting(last), folded: true) { return nil }
        var joined: [UInt8] = []
        NameWords.append(words, to: &joined)
        NameWords.append(name, to: &joined)
        for piece in Self.pieces where joined.span.holds(piece.text) {
            self = piece.name
            return
        }
        return nil
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

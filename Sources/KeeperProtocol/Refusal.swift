internal import JSON

/// The person is to be asked first.
public struct Confirmation: Equatable, Sendable {
    /// To be sent with the same request once the person has agreed. Good once, for that run and those keys, for 10 minutes.
    public var token: String
    /// Why, one sentence a secret, fit to be shown to the person: names, programs and the person's own rules.
    public var reasons: [String]
    /// The secrets that the rules ask for.
    public var keys: [String]

    public init(token: String, reasons: [String], keys: [String]) {
        self.token = token
        self.reasons = reasons
        self.keys = keys
    }
}

/// Nothing was opened.
public struct Refusal: Equatable, Sendable {
    public enum Code: String, CaseIterable, Sendable {
        case locked, noVault, damagedVault
        case unknownProject, ambiguousProject, unknownEnvironment, unknownFolder, unknownKey
        /// The secret's expiry has passed.
        case expired
        /// The secret's scope is `client`: it is for the person's own programs.
        case clientScope
        /// A rule of the person denies it.
        case rule
        /// It was used as often as its rule allows for now.
        case rateLimited
        /// The value stands in another store, which did not give it.
        case unresolvedReference
        /// The values are longer than one reply may be.
        case tooLarge
        /// The token is unknown, used, older than 10 minutes, or of another run.
        case confirmationExpired
        /// The system failed.
        case system
    }

    public var code: Code
    /// What happened, what it means, what to do next; fit to be passed on by an agent. Holds names and no value.
    public var message: String
    /// The secrets it is about.
    public var keys: [String]

    public init(_ code: Code, _ message: String, keys: [String] = []) {
        self.code = code
        self.message = message
        self.keys = keys
    }
}

extension Confirmation: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(token: try fields.text("token"), reasons: try fields.texts("reasons"), keys: try fields.texts("keys"))
    }

    func write(to object: inout JSONObject) {
        object.set("token", token)
        object.set("reasons", reasons)
        object.set("keys", keys)
    }
}

extension Refusal: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(try fields.word("code"), try fields.text("message"), keys: try fields.texts("keys"))
    }

    func write(to object: inout JSONObject) {
        object.set("code", code.rawValue)
        object.set("message", message)
        object.set("keys", keys)
    }
}

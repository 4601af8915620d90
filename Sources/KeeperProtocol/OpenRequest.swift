internal import JSON

/// Asks for the values of named secrets, for one run, one session or one login.
public struct OpenRequest: Equatable, Sendable {
    public enum Purpose: String, Sendable {
        /// A program gets them, or a session's shell.
        case run, session
        /// The server logs in to another machine with them, as `program` would; `run` says which machine and who.
        case login
    }

    /// The most keys of one request.
    public static let mostKeys = 256

    /// A digest, in hexadecimal, of all that is to be run and how. A confirmation holds for this digest alone.
    public var run: String
    /// A name or an id. Nil: the project of the `execkit.toml` in force at `origin`, else the only one there is.
    public var project: String?
    /// Nil: the default of the `execkit.toml` in force, else the only one of the project.
    public var environment: String?
    /// Nil and empty: the root.
    public var folder: String?
    /// Exact names, without repetitions.
    public var keys: [String]
    /// The program that gets them: an absolute path, resolved.
    public var program: String
    /// The argument vector as it is to stand in the log: what looks like a secret is redacted already.
    public var command: [String]
    /// The directory where the server was started, absolute.
    public var origin: String
    public var purpose: Purpose
    /// The token of a `confirm` reply to the same request, once the person has agreed.
    public var confirmed: String?

    public init(
        run: String, project: String? = nil, environment: String? = nil, folder: String? = nil, keys: [String],
        program: String, command: [String], origin: String, purpose: Purpose, confirmed: String? = nil
    ) {
        self.run = run
        self.project = project
        self.environment = environment
        self.folder = folder
        self.keys = keys
        self.program = program
        self.command = command
        self.origin = origin
        self.purpose = purpose
        self.confirmed = confirmed
    }
}

extension OpenRequest: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            run: try fields.text("run"), project: try fields.textIfAny("project"),
            environment: try fields.textIfAny("environment"), folder: try fields.textIfAny("folder"),
            keys: try fields.texts("keys"), program: try fields.text("program"), command: try fields.texts("command"),
            origin: try fields.text("origin"), purpose: try fields.word("purpose"),
            confirmed: try fields.textIfAny("confirmed"))
        guard !keys.isEmpty, keys.count <= Self.mostKeys, Set(keys).count == keys.count else { throw .malformed }
    }

    func write(to object: inout JSONObject) {
        object.set("run", run)
        object.set("project", project)
        object.set("environment", environment)
        object.set("folder", folder)
        object.set("keys", keys)
        object.set("program", program)
        object.set("command", command)
        object.set("origin", origin)
        object.set("purpose", purpose.rawValue)
        object.set("confirmed", confirmed)
    }
}

/// How a run, a session or a login that was given values ended.
public struct EndedRun: Equatable, Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        /// The program ended by itself; `exitCode` says how.
        case exited
        /// A signal ended it.
        case signaled
        case timedOut
        case cancelled
        /// It never began: the values were wiped unused.
        case notStarted
        /// A session was closed, or a login is over.
        case closed
        /// It is not known how.
        case lost
    }

    /// `OpenedSecrets.receipt`.
    public var receipt: Int
    public var exitCode: Int?
    public var outcome: Outcome

    public init(receipt: Int, exitCode: Int? = nil, outcome: Outcome) {
        self.receipt = receipt
        self.exitCode = exitCode
        self.outcome = outcome
    }
}

extension EndedRun: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            receipt: try fields.number("receipt"), exitCode: try fields.numberIfAny("exitCode"),
            outcome: try fields.word("outcome"))
    }

    func write(to object: inout JSONObject) {
        object.set("receipt", receipt)
        object.set("exitCode", exitCode)
        object.set("outcome", outcome.rawValue)
    }
}

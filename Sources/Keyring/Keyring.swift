public import HelperRun
internal import SecretIO
public import SecretMemory

/// Where the master password comes from.
///
/// Tried in this order, and the first that is there decides, even when it fails: the file descriptor that was named,
/// `EXECKIT_VAULT_PASSWORD`, the configured store, a prompt at the terminal.
public struct Keyring: ~Copyable {
    /// The variable that may hold the password.
    public static let variable = "EXECKIT_VAULT_PASSWORD"
    /// The longest password, in bytes.
    public static let longestPassword = 1024

    private let helpers: HelperRun
    private let descriptor: Int32?
    private var fromEnvironment: SecretBytes?

    /// - Parameters:
    ///   - descriptor: a descriptor to read the password from, once.
    ///   - environment: what the variable held when the program started; it was unset then.
    public init(helpers: HelperRun, descriptor: Int32?, environment: consuming SecretBytes?) {
        self.helpers = helpers
        self.descriptor = descriptor
        fromEnvironment = environment
    }

    public struct Answer: ~Copyable {
        public let password: SecretBytes
        public let source: PasswordSource
    }

    /// Whether a password was handed over to this very run, by descriptor or variable.
    public var isHandedOver: Bool { descriptor != nil || fromEnvironment != nil }

    /// The master password of a vault.
    public mutating func password(
        vault: String, _ configuration: KeyringConfiguration, prompt: String = "Master password: "
    ) throws(KeyringError) -> Answer {
        let source = source(configuration)
        let password = try read(source, vault, configuration, prompt)
        guard password.count > 0 else { throw .empty(source) }
        guard password.count <= Self.longestPassword else { throw .io(.tooLong(limit: Self.longestPassword)) }
        return Answer(password: password, source: source)
    }

    /// A new password: from a descriptor, or what was handed over to this run, else typed twice.
    public mutating func newPassword(prompt: String, descriptor: Int32? = nil) throws(KeyringError) -> Answer {
        let source = descriptor == nil ? source(KeyringConfiguration()) : .descriptor
        let password =
            if let descriptor { try Self.line(of: descriptor) } else { try read(source, "", KeyringConfiguration(), prompt) }
        guard password.count > 0 else { throw .empty(source) }
        guard password.count <= Self.longestPassword else { throw .io(.tooLong(limit: Self.longestPassword)) }
        if source == .prompt {
            let again = try read(.prompt, "", KeyringConfiguration(), "The same again: ")
            guard password.isEqual(inConstantTimeTo: again) else { throw .different }
        }
        return Answer(password: password, source: source)
    }

    /// Gives a password to the configured store to keep.
    public func keep(_ password: borrowing SecretBytes, vault: String, in store: PasswordStore) throws(KeyringError) {
        try store.keeper(vault: vault).write(password, helpers)
    }

    private func source(_ configuration: KeyringConfiguration) -> PasswordSource {
        if descriptor != nil { return .descriptor }
        if fromEnvironment != nil { return .environment }
        return configuration.store == nil ? .prompt : .store
    }

    private mutating func read(
        _ source: PasswordSource, _ vault: String, _ configuration: KeyringConfiguration, _ prompt: String
    ) throws(KeyringError) -> SecretBytes {
        switch source {
        case .descriptor:
            return try Self.line(of: descriptor ?? -1)
        case .environment:
            guard let password = fromEnvironment.take() else { throw .empty(.environment) }
            return password
        case .store:
            guard let store = configuration.store else { throw .noSource }
            return try store.keeper(vault: vault).read(helpers)
        case .prompt:
            return try Self.io { () throws(SecretIOError) in try Terminal().secret(prompt: prompt) }
        }
    }

    private static func line(of descriptor: Int32) throws(KeyringError) -> SecretBytes {
        guard SecretIO.isOpen(descriptor) else { throw .descriptorNotOpen(descriptor) }
        return try firstLine(try io { () throws(SecretIOError) in try SecretIO.readAll(descriptor, limit: 65_536) })
    }

    private static func io<R: ~Copyable>(_ body: () throws(SecretIOError) -> R) throws(KeyringError) -> R {
        do throws(SecretIOError) { return try body() } catch .noTerminal { throw .noSource } catch { throw .io(error) }
    }
}

public import HelperRun
public import PrivateFiles
public import SecretIO

/// Why there is no master password.
public enum KeyringError: Error, Equatable, Sendable {
    case helper(HelperError)
    case file(FileError)
    case io(SecretIOError)
    case configuration(KeyringConfiguration.Failure)
    /// The descriptor named for the password is not open.
    case descriptorNotOpen(Int32)
    /// The source gave nothing.
    case empty(PasswordSource)
    /// The two passwords typed were not the same.
    case different
    /// No source is configured and there is no terminal to ask at.
    case noSource
    /// Something else is kept in that place.
    case taken(name: String)
    /// The store cannot keep it.
    case notKept(name: String)
}

/// Where a password came from, in the order they are tried.
public enum PasswordSource: String, Sendable, CaseIterable {
    case descriptor = "file descriptor"
    case environment = "EXECKIT_VAULT_PASSWORD"
    case store = "configured store"
    case prompt = "prompt"
}

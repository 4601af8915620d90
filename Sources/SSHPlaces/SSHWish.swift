public import SSHClient

/// What a caller says about the host it wants. Whatever stands here wins over the operator's `config`.
public struct SSHWish {
    /// An alias of the `config`, a name, or an address.
    public var host: String
    public var port: UInt16?
    public var user: String?
    /// A key of the operator's directory: then that one alone.
    public var key: String?
    /// `SHA256:…`, the one key the host may have.
    public var fingerprint: String?
    /// Of the user at the host itself; no jump host is ever given it.
    public var password: SSHSecret?
    /// Opens key files; it goes nowhere.
    public var passphrase: SSHSecret?

    public init(host: String) { self.host = host }
}

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
    /// Whether a password of the user at the host itself is to be shown there; no jump host is ever given it.
    public var usesPassword = false

    public init(host: String) { self.host = host }
}

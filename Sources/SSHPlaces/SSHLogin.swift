public import SSHClient

/// The secrets of one login. Each is wiped with the last holder.
public struct SSHLogin {
    /// Of the user at the host itself; no jump host is ever given it.
    public var password: SSHSecret?
    /// Opens key files; it goes nowhere.
    public var passphrase: SSHSecret?

    public init(password: SSHSecret? = nil, passphrase: SSHSecret? = nil) {
        self.password = password
        self.passphrase = passphrase
    }
}

/// What the linked libssh2 can do, for diagnostics.
public enum SSHLibrary {
    /// A list of algorithms.
    public enum List: CaseIterable, Sendable {
        case keyExchange, hostKey, cipher, mac
    }

    /// Such as `1.10.0`.
    public static var version: String { Wire.version }

    /// Whether RSA keys are signed with SHA-2 (from 1.11 on). Without it OpenSSH 8.8 and newer refuse RSA keys, and servers with
    /// an RSA host key alone cannot be reached.
    public static var signsRSAWithSHA2: Bool { Wire.isVersion(0x01_0b_00) }

    /// The names of the algorithms, as the library prefers them. Empty when there is no memory.
    public static func algorithms(_ list: List) -> [String] {
        guard let wire = try? Wire() else { return [] }
        return wire.algorithms(list).split(separator: ",").map(String.init)
    }
}

/// The libssh2 of this machine and what it can do, for diagnostics. Asking loads it, when it is not loaded yet.
public enum SSHLibrary {
    /// A list of algorithms.
    public enum List: CaseIterable, Sendable {
        case keyExchange, hostKey, cipher, mac
    }

    /// Whether it is there and has all that is needed.
    public static var isPresent: Bool { absence == nil }

    /// Why no connection can be made on this machine, `.libraryMissing` or `.libraryLacks`; nil when it is present.
    public static var absence: SSHFailure? {
        do throws(SSHFailure) {
            try Wire.load()
            return nil
        } catch {
            return error
        }
    }

    /// Such as `1.10.0`; nil when it is not present.
    public static var version: String? { Wire.version }

    /// The file it was loaded from; nil when it is not present.
    public static var path: String? { Wire.path }

    /// As sentences name it.
    static var named: String { "libssh2" + (version.map { " " + $0 } ?? "") }

    /// Whether RSA keys are signed with SHA-2 (from 1.11 on). Without it OpenSSH 8.8 and newer refuse RSA keys, and servers with
    /// an RSA host key alone cannot be reached.
    public static var signsRSAWithSHA2: Bool { Wire.isVersion(0x01_0b_00) }

    /// The names of the algorithms that connections may agree on, the preferred first. Empty when the library is not present or
    /// there is no memory.
    public static func algorithms(_ list: List) -> [String] {
        guard let wire = try? Wire() else { return [] }
        return usable(wire, list)
    }

    static func usable(_ wire: Wire, _ list: List) -> [String] {
        Algorithms.usable(wire.algorithms(list).split(separator: ",").map(String.init), list)
    }
}

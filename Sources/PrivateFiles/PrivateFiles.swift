/// What the file room knows beside files.
public enum PrivateFiles {
    /// Random bytes of the kernel (getrandom(2)), at most 256 at a time. Fit for names, file identities, keys and nonces.
    public static func randomBytes(_ count: Int) throws(FileError) -> [UInt8] {
        try System.random(count)
    }

    /// The home directory of the effective user in the passwd database, or nil when there is none.
    public static var passwdHome: String? { System.passwdHome() }

    /// The effective user id: who new files belong to.
    public static var effectiveUser: UInt32 { System.effectiveUser() }

    /// The content of the file at `path`, if it passes `trust` and is at most `limit` bytes long.
    public static func read(_ path: AbsolutePath, limit: Int, trust: Trust) throws(FileError) -> [UInt8] {
        guard let name = path.name else { throw .badPath }
        return try Directory(holding: path).read(name, limit: limit, trust: trust)
    }
}

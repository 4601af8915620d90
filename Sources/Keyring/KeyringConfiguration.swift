internal import JSON
public import PrivateFiles

/// Which store keeps the master password, chosen once with `execkit unlock --remember-in`.
public enum PasswordStore: Equatable, Sendable {
    /// The Secret Service of the desktop (GNOME Keyring, KWallet), by `secret-tool`.
    case secretService
    /// An entry of `pass`.
    case pass(entry: String)
    /// A file of mode 0600, the password on its first line.
    case file(AbsolutePath)
    /// The login keychain of macOS, by `security`.
    case macOSKeychain

    /// An entry of `pass`; nil for a name that is none.
    public static func pass(named entry: String) -> PasswordStore? { PassStore.isEntry(entry) ? .pass(entry: entry) : nil }

    /// Whether a password can be given to it; the others are only read.
    public var takesPassword: Bool {
        switch self {
        case .secretService, .pass: true
        case .file, .macOSKeychain: false
        }
    }

    /// The name it is configured by.
    public var name: String {
        switch self {
        case .secretService: "secret-service"
        case .pass: "pass"
        case .file: "file"
        case .macOSKeychain: "macos-keychain"
        }
    }
}

/// `keyring.json` beside the vault. It holds no secret; a missing file says that nothing is configured.
public struct KeyringConfiguration: Equatable, Sendable {
    public static let fileName = "keyring.json"
    /// A quarter of an hour, in seconds.
    public static let standardIdle: UInt32 = 900

    public var store: PasswordStore?
    /// Seconds an unlocked vault may be idle.
    public var idle: UInt32

    public init(store: PasswordStore? = nil, idle: UInt32 = standardIdle) {
        self.store = store
        self.idle = min(max(idle, 1), UnlockedKey.longestIdle)
    }

    public enum Failure: Error, Equatable, Sendable {
        case file(FileError)
        /// The file is not what this program writes.
        case malformed
    }

    public static func load(from directory: AbsolutePath) throws(Failure) -> KeyringConfiguration {
        let bytes: [UInt8]
        do throws(FileError) {
            let path = try directory.appending(fileName)
            bytes = try PrivateFiles.read(path, limit: 65_536, trust: .writableByOwnerOnly)
        } catch where error.isMissing {
            return KeyringConfiguration()
        } catch {
            throw .file(error)
        }
        guard let value = try? JSONParser.parse(bytes), value.object != nil else { throw .malformed }
        var configuration = KeyringConfiguration()
        if let idle = value["idle_seconds"] {
            guard let seconds = idle.int, seconds > 0, seconds <= Int(UnlockedKey.longestIdle) else { throw .malformed }
            configuration.idle = UInt32(seconds)
        }
        switch value["store"]?.string {
        case nil where value["store"] == nil: break
        case "secret-service": configuration.store = .secretService
        case "macos-keychain": configuration.store = .macOSKeychain
        case "pass":
            guard let entry = value["entry"]?.string, PassStore.isEntry(entry) else { throw .malformed }
            configuration.store = .pass(entry: entry)
        case "file":
            guard let text = value["path"]?.string, let path = try? AbsolutePath(text) else { throw .malformed }
            configuration.store = .file(path)
        default: throw .malformed
        }
        return configuration
    }

    public func save(in directory: AbsolutePath) throws(FileError) {
        var object: JSONObject = ["idle_seconds": .int(Int(idle))]
        object["store"] = store.map { .string($0.name) }
        if case .pass(let entry) = store { object["entry"] = .string(entry) }
        if case .file(let path) = store { object["path"] = .string(path.text) }
        try Directory(at: directory).replace(Self.fileName, with: object.serialized() + [0x0A], mode: 0o600)
    }
}

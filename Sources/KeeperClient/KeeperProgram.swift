internal import Spawn

/// The keeper's program: where it is, and how it is started.
struct KeeperProgram {
    /// Its end of the socket pair.
    static let socket: Int32 = 0
    private let path: String?
    private let environmentNames: [String]

    /// Variables by which the keeper finds the vault, and the programs of other stores their users and servers
    /// (`HelperRun.names`, `StoreReference.environmentNames`). Nobody else gets them from this process.
    static let names = [
        "EXECKIT_HOME",
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "GPG_TTY", "PASSWORD_STORE_DIR", "WAYLAND_DISPLAY",
        "XAUTHORITY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
        "AWS_CONFIG_FILE", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE",
        "AZURE_CONFIG_DIR", "OP_ACCOUNT", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "OP_SERVICE_ACCOUNT_TOKEN", "VAULT_ADDR",
        "VAULT_CACERT", "VAULT_NAMESPACE", "VAULT_TOKEN",
    ]

    /// - Parameter configured: the operator's own path; `nil` is `execkit-keeper` beside this program.
    init(configured: String?, adding names: [String]) {
        let beside = ThisProcess.executablePath.flatMap { own in
            own.lastIndex(of: "/").map { String(own[...$0]) + "execkit-keeper" }
        }
        // Resolved once: whatever stands in PATH later is not asked.
        path = (configured ?? beside).flatMap { ExecutableSearch.resolve($0, path: "") }
        environmentNames = Self.names + names
    }

    /// Starts it with one end of a socket pair and nothing else: no output, no terminal.
    func start(_ spawner: Spawner, socket: Int32) throws(KeeperFailure) -> Child {
        guard let path else { throw .notInstalled }
        do throws(SpawnError) {
            return try spawner.spawn(
                SpawnPlan(
                    executable: path, arguments: ["execkit-keeper"],
                    environment: try EnvironmentBlock.inherited(adding: environmentNames), workingDirectory: "/",
                    descriptors: [DescriptorMapping(socket, as: Self.socket), .null(as: 1), .null(as: 2)]))
        } catch {
            throw .notStarted(error)
        }
    }
}

public import CommandPolicy
public import PrivateFiles

/// What the doctor cannot find out by itself: the program gives it, so that a test can give anything.
public struct Surroundings {
    /// What became of a policy file.
    public enum PolicyState {
        case loaded(CommandPolicy)
        /// Why not, with the exact place.
        case refused(reason: String)
    }

    /// A client whose file could hold our entry.
    public struct Client: Equatable, Sendable {
        public enum State: Equatable, Sendable {
            /// The entry starts this program.
            case ready
            /// There is an entry, and it differs from what `setup` would write.
            case different
            /// The client has a file without our entry.
            case absent
            /// The file could not be read.
            case unread(reason: String)
        }

        /// The word for `setup`.
        public let name: String
        public let file: String
        public let state: State

        public init(name: String, file: String, state: State) {
            self.name = name
            self.file = file
            self.state = state
        }
    }

    /// What became of asking the keeper of the vault for its state.
    public enum KeeperState: Equatable, Sendable {
        /// It answered, so it is of this build; the state of the vault, in words, and what to do about it.
        case answered(vault: String, isUsable: Bool, advice: String)
        /// There is no program.
        case missing
        case failed(reason: String)
    }

    public let version: String
    /// The file the program runs from.
    public let executable: String?
    /// The value of an environment variable.
    public let lookup: (String) -> String?
    /// The names of all environment variables.
    public let names: [String]
    /// The home directory by the passwd database.
    public let passwdHome: String?
    /// Loads a policy file as the server does.
    public let loadPolicy: (AbsolutePath) -> PolicyState
    /// Whether a nameless file in memory can be made (memfd_create(2)): where captured output goes.
    public let hasMemoryFiles: Bool
    /// Starts the keeper of the vault, asks, and ends it. Given the operator's own path of the program.
    public let askKeeper: (AbsolutePath?) -> KeeperState
    public let ssh: SSH
    /// Variables that the containers' program gets beside the standard ones.
    public let containerVariables: [String]
    public let clients: [Client]

    public init(
        version: String, executable: String?, lookup: @escaping (String) -> String?, names: [String],
        passwdHome: String?, loadPolicy: @escaping (AbsolutePath) -> PolicyState, hasMemoryFiles: Bool,
        askKeeper: @escaping (AbsolutePath?) -> KeeperState, ssh: SSH, containerVariables: [String], clients: [Client]
    ) {
        self.version = version
        self.executable = executable
        self.lookup = lookup
        self.names = names
        self.passwdHome = passwdHome
        self.loadPolicy = loadPolicy
        self.hasMemoryFiles = hasMemoryFiles
        self.askKeeper = askKeeper
        self.ssh = ssh
        self.containerVariables = containerVariables
        self.clients = clients
    }

    /// The value of a variable; an empty one counts as not set.
    func value(_ name: String) -> String? {
        lookup(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

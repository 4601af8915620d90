public import PrivateFiles

extension Surroundings {
    /// What SSH sessions would have to work with.
    public struct SSH {
        /// The library that speaks SSH.
        public enum Library: Equatable, Sendable {
            /// `algorithms`: each list with its name, in the library's order.
            case present(version: String, path: String?, signsRSAWithSHA2: Bool, algorithms: [Algorithms])
            /// Why not, and what to do.
            case absent(reason: String)
        }

        /// The algorithms of one kind.
        public struct Algorithms: Equatable, Sendable {
            public let kind: String
            public let names: [String]

            public init(kind: String, names: [String]) {
                self.kind = kind
                self.names = names
            }
        }

        /// What became of reading the file of known servers as a connection reads it.
        public enum KnownHosts: Equatable, Sendable {
            /// How many lines are used, and the numbers of those that cannot be read and of `@cert-authority` lines.
            case read(usable: Int, unreadable: [Int], authorities: [Int])
            case missing
            case unusable(reason: String)
        }

        /// What became of asking the agent for its keys.
        public enum Agent: Equatable, Sendable {
            case answered(usable: Int, others: Int)
            case failed(reason: String)
        }

        /// Loads the library, if it is there.
        public let library: () -> Library
        public let readKnownHosts: (AbsolutePath) -> KnownHosts
        /// Given the path of the agent's socket.
        public let askAgent: (String) -> Agent

        public init(
            library: @escaping () -> Library, readKnownHosts: @escaping (AbsolutePath) -> KnownHosts, askAgent: @escaping (String) -> Agent
        ) {
            self.library = library
            self.readKnownHosts = readKnownHosts
            self.askAgent = askAgent
        }
    }
}

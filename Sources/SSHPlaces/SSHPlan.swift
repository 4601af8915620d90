internal import KnownHosts
internal import PrivateFiles
internal import SSHConfig

/// The way to a host: what to connect to, in which order, and as whom. A value without a secret.
struct SSHPlan: Equatable {
    /// One way to be let in at a host.
    enum Way: Equatable {
        case password
        /// The agent's keys; with names, of those that belong to these key files alone.
        case agent(onlyOf: [String]?)
        /// A key file; a usual one may be missing without a word.
        case key(String, isUsual: Bool)
    }

    struct Hop: Equatable {
        var host: String
        var port: UInt16
        var user: String
        var pin: FingerprintPin?
        var knownHosts: AbsolutePath
        var hostKeyAlias: String?
        var refusesUnknown: Bool
        var connectTimeout: Duration
        /// Nil: never asked for a sign of life.
        var keepAlive: Duration?
        var keepAliveMisses: Int
        var ways: [Way]
    }

    var names: SSHNames
    /// On the way: the first is reached directly.
    var jumps: [Hop]
    var host: Hop
    /// Sentences about what was not followed and does not matter much.
    var notes: [String]

    /// More hosts in a row than anyone has.
    static let mostHops = 8
}

public import KeeperProtocol
internal import SecretMemory
public import Spawn

/// Why the keeper of the vault gave no answer. Nothing was opened for this process then, or it was wiped.
public enum KeeperFailure: Error, Equatable, Sendable {
    /// The program is not where it belongs: beside this program, or where the operator says.
    case notInstalled
    /// It could not be started.
    case notStarted(SpawnError)
    /// The socket pair for it could not be made (errno(3)).
    case system(errno: Int32)
    /// It ended before it answered.
    case ended
    /// It said something that no keeper of this build says. It was ended.
    case nonsense
    /// It did not answer in time. It was ended.
    case noAnswer
    /// It gave values for which there is no locked memory (`ulimit -l`). It was ended.
    case noLockedMemory
    /// More requests wait for it than are sensible.
    case tooManyRequests
    /// This program is ending.
    case shutDown

    /// What happened, what it means and what to do, fit to be passed on by an agent.
    public var explanation: String {
        switch self {
        case .notInstalled:
            "the program execkit-keeper, which holds the vault for this server, is not installed beside it; no secret can be "
                + "used: the person should install execkit again, or name the program's place in EXECKIT_MCP_KEEPER"
        case .notStarted(.failed(let step, let errno)):
            "execkit-keeper, which holds the vault, could not be started (step \(step), errno \(errno)); try again, and "
                + "if that does not help the person should run `execkit-mcp doctor`"
        case .notStarted:
            "execkit-keeper, which holds the vault, could not be started; the person should run `execkit-mcp doctor`"
        case .system(let errno):
            "no connection to execkit-keeper could be made (errno \(errno)): this process may have too many open files; try again"
        case .ended: "execkit-keeper, which holds the vault, ended before it answered; try again: it is started anew"
        case .nonsense:
            "execkit-keeper gave an answer that does not belong to this version of execkit, and was ended; if it happens "
                + "again, the person should restart the server, since one of the programs was replaced while it ran"
        case .noAnswer:
            "execkit-keeper did not answer in time and was ended: the person's password store may be waiting for an "
                + "answer; the person should run `execkit unlock`, then try again"
        case .noLockedMemory:
            "there is not enough locked memory for the values; the person should raise `ulimit -l`, or name fewer secrets"
        case .tooManyRequests: "too many requests wait for execkit-keeper; try again when some have ended"
        case .shutDown: "the server is ending"
        }
    }

    /// The same as the keeper itself would say it.
    public var refusal: Refusal { Refusal(.system, explanation) }
}

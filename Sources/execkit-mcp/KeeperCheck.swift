import Doctor
import EventLoop
import KeeperClient
import KeeperProtocol
import PrivateFiles
import Spawn

/// Asks the keeper of the vault for its state, as the server would, and ends it. For `doctor`.
enum KeeperCheck {
    private static let patience = Duration.seconds(30)

    static func run(_ path: AbsolutePath?) -> Surroundings.KeeperState {
        do throws(SystemError) {
            let loop = try EventLoop()
            let keeper = VaultWiring.keeper(loop: loop, spawner: Spawner(adoptsOrphans: true), path: path)
            defer { keeper.shutdown() }
            var state = Surroundings.KeeperState.failed(reason: "it did not answer")
            keeper.ask(.status) { result in
                state = Self.state(result)
                loop.stop()
            }
            loop.after(patience) { loop.stop() }
            try loop.run()
            return state
        } catch {
            return .failed(reason: "it could not be asked (errno \(error.errno))")
        }
    }

    private static func state(_ result: Result<KeeperReply.Answer, KeeperFailure>) -> Surroundings.KeeperState {
        switch result {
        case .success(.status(let status)): .answered(vault: words(status), isUsable: isUsable(status), advice: advice(status))
        case .success: .failed(reason: KeeperFailure.nonsense.explanation)
        case .failure(.notInstalled): .missing
        case .failure(let failure): .failed(reason: failure.explanation)
        }
    }

    private static func words(_ status: KeeperStatus) -> String {
        guard status.vault == .present else { return status.vault.rawValue }
        let lock = status.isUnlocked ? "unlocked" : status.store.map { "locked; \($0) may unlock it" } ?? "locked"
        return "\(lock); \(status.projects) projects, \(status.secrets) secrets"
    }

    private static func isUsable(_ status: KeeperStatus) -> Bool {
        status.vault == .present && (status.isUnlocked || status.store != nil)
    }

    private static func advice(_ status: KeeperStatus) -> String {
        if let problem = status.problem { return Printable.line(problem) }
        if status.vault == .missing { return "'execkit init' in a project's directory makes one" }
        return isUsable(status) ? "" : "'execkit unlock' in a terminal unlocks it"
    }
}

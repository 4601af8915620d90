import CommandCalls
import EventLoop
import KeeperClient
import KeeperProtocol
import MCPServer
import PrivateFiles
import SecretRun
import SecretRunTools
import SessionTools
import Sessions
import Settings
import Spawn
import ValueCover
import ValueRedaction
import VaultReadTools

/// The tools that list and use secrets, and the way to the process that holds the vault. Nothing is started before a call.
final class VaultWiring {
    let tools: [Tool]
    let runs: SecretRunHost

    /// - Parameter register: makes a value known to everything that leaves the server, before it is handed over.
    init(
        settings: Settings, loop: EventLoop, spawner: Spawner, recorder: Recorder, texts: Texts, sessions: SessionHost,
        events: EventLog, register: @escaping SecretRunHost.Register
    ) {
        let keeper = Self.keeper(loop: loop, spawner: spawner, path: settings.keeper)
        let direct = DirectRuns(loop: loop, spawner: spawner)
        let files = ValueFiles(runtimeDirectory: ThisProcess.environmentText("XDG_RUNTIME_DIR"))
        let origin = ThisProcess.currentDirectory ?? "/"
        runs = SecretRunHost(
            SecretRunHost.Parts(
                loop: loop, keeper: keeper,
                runs: SecretRuns(
                    loop: loop, keeper: keeper, runs: direct, files: files, environmentNames: settings.environmentNames),
                direct: direct, files: files, recorder: recorder, texts: texts, fence: sessions.fence, shaping: sessions.shaping,
                outputs: sessions.outputs),
            origin: origin, register: register, isHeard: { events.isHeard }, onEvent: { events.take($0) })
        sessions.secretSource = runs
        tools = VaultReadTools(origin: origin) { question, then in Self.ask(keeper, question, then) }.tools + runs.tools
    }

    /// Values go into the cover of every text before they are handed over.
    static func register(in cover: ValueCover) -> SecretRunHost.Register {
        { (key, value, isWeakAllowed) throws(ValueRefusal) in
            do throws(ValueRedactionError) {
                try cover.add(key, value, allowingWeak: isWeakAllowed)
            } catch {
                switch error {
                case .tooShort: throw .tooShort
                case .weak: throw .weak
                case .tooLong: throw .tooLong
                case .unusableName: throw .unusableName
                case .memory: throw .noLockedMemory
                }
            }
        }
    }

    func shutdown() { runs.shutdown() }

    static func keeper(loop: EventLoop, spawner: Spawner, path: AbsolutePath?) -> KeeperClient {
        KeeperClient(loop: loop, spawner: spawner, path: path?.text, environmentNames: [Setting.auditSync.name])
    }

    /// The only questions that the tools for names can ask. There is none to open among them.
    private static func ask(
        _ keeper: KeeperClient, _ question: NamesQuestion, _ then: @escaping (Result<NamesAnswer, NamesFailure>) -> Void
    ) {
        let ask: KeeperRequest.Ask =
            switch question {
            case .status: .status
            case .projects: .projects
            case .secrets(let query): .secrets(query)
            case .current(let directory): .current(directory: directory)
            }
        keeper.ask(ask) { result in
            then(result.mapError { NamesFailure($0.explanation) }.flatMap { answer in
                switch answer {
                case .status(let status): .success(.status(status))
                case .projects(let projects): .success(.projects(projects))
                case .secrets(let list): .success(.secrets(list))
                case .current(let current): .success(.current(current))
                case .refused(let refusal): .success(.refused(refusal))
                case .opened, .confirm, .acknowledged: .failure(NamesFailure(KeeperFailure.nonsense.explanation))
                }
            })
        }
    }
}

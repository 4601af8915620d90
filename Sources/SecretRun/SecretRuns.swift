public import EventLoop
public import KeeperClient
internal import KeeperProtocol
public import Sessions
internal import Spawn

/// Runs programs, prepares shells and opens logins with secrets of the vault: record, open, make known, spawn, wipe, stream, log.
///
/// Values come from the keeper into locked memory, go from there into the child's environment block, sealed descriptors or
/// private files, and are wiped before the call that starts the child returns. Nothing here gives one back; those of a login
/// alone are there to be taken, by what logs in.
public final class SecretRuns {
    private let loop: EventLoop
    private let keeper: KeeperClient
    private let runs: DirectRuns
    private let files: ValueFiles
    private let environmentNames: [String]

    /// - Parameter environmentNames: variables of this process that children get besides the standard ones: the operator's
    ///   choice.
    public init(
        loop: EventLoop, keeper: KeeperClient, runs: DirectRuns, files: ValueFiles, environmentNames: [String] = []
    ) {
        self.loop = loop
        self.keeper = keeper
        self.runs = runs
        self.files = files
        self.environmentNames = environmentNames
    }

    /// Runs a program. `completion` is called once, never before this returns, behind the end of everything it started.
    ///
    /// - Parameters:
    ///   - program: what `program(of:)` gave for the same request, when that was judged already; so it is not looked for
    ///     again, and what was judged is what runs.
    ///   - progress: raw output as it comes. The slice is only borrowed.
    @discardableResult
    public func start(
        _ request: SecretRunRequest, program found: String? = nil, steps: SecretRunSteps,
        progress: ((OutputStream, ArraySlice<UInt8>) -> Void)? = nil,
        completion: @escaping (Result<SecretRunOutcome, SecretRunFailure>) -> Void
    ) -> SecretRun {
        let run = SecretRun(completion)
        do throws(SecretRunFailure) {
            let program = if let found { found } else { try program(of: request) }
            let open = OpenRequest(
                run: request.digest(program: program), secrets: request.secrets, program: program,
                command: request.recorded, purpose: .run)
            let opening = opening(open, request.secrets.delivery, steps) { [runs, keeper, environmentNames] result in
                switch result {
                case .failure(let failure): run.finish(.failure(failure))
                case .success(let opened):
                    run.start(
                        opened, request, program: program, names: environmentNames, runs: runs, keeper: keeper,
                        progress: progress)
                }
            }
            run.begin(opening, on: loop)
            // The keeper is at work now.
            runs.prepare()
        } catch {
            loop.soon { run.finish(.failure(error)) }
        }
        return run
    }

    /// Opens secrets for a shell that is about to start. `completion` is called once, never before this returns.
    @discardableResult
    public func open(
        _ request: SecretSessionRequest, steps: SecretRunSteps,
        completion: @escaping (Result<SessionSecrets, SecretRunFailure>) -> Void
    ) -> SecretOpening {
        let open = OpenRequest(
            run: request.digest(), secrets: request.secrets, program: request.shell, command: [request.shell],
            purpose: .session)
        let opening = opening(open, request.secrets.delivery, steps) { [keeper] result in
            completion(result.map { opened in
                SessionSecrets(opened.summary, opened.prepared, keeper: keeper)
            })
        }
        opening.start(on: loop)
        return SecretOpening(opening)
    }

    /// Opens secrets for a login to another machine. `completion` is called once, never before this returns.
    ///
    /// What a secret's rule says of delivery is about programs: here no variable, descriptor or file gets the value.
    @discardableResult
    public func open(
        _ request: SecretLoginRequest, steps: SecretRunSteps,
        completion: @escaping (Result<HeldSecrets, SecretRunFailure>) -> Void
    ) -> SecretOpening {
        let open = OpenRequest(
            run: request.digest(), secrets: request.secrets, program: SecretLoginRequest.program, command: request.recorded,
            purpose: .login)
        let opening = Opening(
            open, keeper: keeper, files: files, steps: steps,
            prepare: { [keeper] (values) throws(SecretRunFailure) in try HeldSecrets(values, request.named, keeper: keeper) },
            then: { result in completion(result.map(\.prepared)) })
        opening.start(on: loop)
        return SecretOpening(opening)
    }

    private func opening(
        _ request: OpenRequest, _ delivery: OpenedEntry.Delivery?, _ steps: SecretRunSteps,
        then: @escaping (Result<Opening<PreparedSecrets>.Opened, SecretRunFailure>) -> Void
    ) -> Opening<PreparedSecrets> {
        Opening(
            request, keeper: keeper, files: files, steps: steps,
            prepare: { [files] (values) throws(SecretRunFailure) in
                try PreparedSecrets(values, delivery, isForSession: request.purpose == .session, files: files)
            }, then: then)
    }

    /// What the command names, found once: this is what the keeper judges and what is spawned.
    public func program(of request: SecretRunRequest) throws(SecretRunFailure) -> String {
        guard let name = request.arguments.first else { throw .emptyCommand }
        guard request.workingDirectory.hasPrefix("/") else { throw .directoryNotAbsolute }
        let path = ThisProcess.environmentText("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        switch ExecutableSearch.find(name, path: path, from: request.workingDirectory) {
        case .program(let program): return program
        case .notExecutable: throw .programNotExecutable
        case .nothing: throw .programNotFound
        }
    }
}

extension OpenRequest {
    init(run: String, secrets: SecretSelection, program: String, command: [String], purpose: Purpose) {
        self.init(
            run: run, project: secrets.project, environment: secrets.environment, folder: secrets.folder,
            keys: secrets.keys, program: program, command: command, origin: secrets.origin, purpose: purpose)
    }
}

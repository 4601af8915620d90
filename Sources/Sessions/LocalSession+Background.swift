internal import EventLoop
internal import Spawn

/// Commands beside the session, with its state.
extension LocalSession {
    public func startBackground(
        _ request: BackgroundRequest, completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        if request.command.contains(0) { return loop.soon { completion(.failure(.nulInCommand)) } }
        let carry = ExecRequest(command: shell.dialect.stateCommand)
        // The status of the last command is not this question's.
        let status = lastStatus
        execute(carry) { [weak self] result in
            guard let self else { return }
            if end == nil { lastStatus = status }
            completion(result.flatMap { self.launch(request, state: $0) })
        }
    }

    func launch(_ request: BackgroundRequest, state: ExecOutcome) -> Result<any BackgroundCommand, ExecFailure> {
        if let end { return .failure(.sessionEnded(end)) }
        guard state.stdout.isComplete else { return .failure(.stateTooLarge) }
        guard request.beforeStart() else { return .failure(.notRecorded) }
        do {
            let script = shell.dialect.backgroundScript(state: state.stdout.contents(), command: request.command)
            let command = try LocalBackground(
                script: script, input: request.stdin, directory: state.cwd, shell: options.shell, session: self)
            background.append(command)
            return .success(command)
        } catch let error as SystemError {
            return .failure(.system(errno: error.errno))
        } catch let error as SpawnError {
            return .failure(.notSpawned(error))
        } catch {
            return .failure(.system(errno: 0))
        }
    }

    func forget(_ command: LocalBackground) { background.removeAll { $0 === command } }
}

internal import EventLoop
internal import Spawn

extension SessionTable {
    /// Starts a shell in a running container. As `createLocal`.
    public func createDocker(
        _ options: DockerOptions, completion: @escaping (Result<any Session, SessionStartFailure>) -> Void
    ) {
        switch DockerPlace.make(options, loop: loop, spawner: spawner, buffer: buffer) {
        case .failure(let failure): loop.soon { completion(.failure(.place(failure))) }
        case .success(let place): createRemote(in: place, options.shell, completion: completion)
        }
    }
}

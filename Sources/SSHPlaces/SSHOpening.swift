public import EventLoop
internal import SSHClient
public import Sessions

/// An attempt to reach a host. It goes on, whoever holds it, until it is cancelled or has told.
public final class SSHOpening {
    private var attempt: SSHAttempt?
    private var then: ((Result<SSHPlace, PlaceFailure>) -> Void)?
    /// Held until it has told, so that nobody needs to.
    private var keepAlive: SSHOpening?

    /// Connects, over the jump hosts on the way.
    ///
    /// Of public keys the small files that are asked for are read before this returns. Nothing is tried twice. Every call makes
    /// a connection of its own.
    ///
    /// - Parameter then: called once, in a later turn of the loop, unless the attempt was cancelled.
    @discardableResult
    public static func connect(
        _ destination: SSHDestination, login: SSHLogin, on loop: EventLoop,
        then: @escaping (Result<SSHPlace, PlaceFailure>) -> Void
    ) -> SSHOpening {
        let opening = SSHOpening(then)
        opening.start(destination, login, loop)
        return opening
    }

    private init(_ then: @escaping (Result<SSHPlace, PlaceFailure>) -> Void) {
        self.then = then
        keepAlive = self
    }

    private func start(_ destination: SSHDestination, _ login: SSHLogin, _ loop: EventLoop) {
        let plan = destination.plan
        let route = SSHRoute(plan, login: login, ground: destination.ground)
        attempt = SSHConnection.connect(route.target, through: route.jumps, on: loop) { [weak self] result in
            switch result {
            case .failure(let failure): self?.finish(.failure(.ssh(failure)))
            case .success(let connection):
                self?.finish(.success(SSHPlace(connection, names: plan.names, notes: plan.notes, loop: loop)))
            }
        }
    }

    private func finish(_ result: Result<SSHPlace, PlaceFailure>) {
        let told = then
        (then, attempt, keepAlive) = (nil, nil, nil)
        told?(result)
    }

    /// Ends it; nothing is told.
    public func cancel() {
        attempt?.cancel()
        (then, attempt, keepAlive) = (nil, nil, nil)
    }
}

public import EventLoop
internal import SSHClient
public import Sessions

/// An attempt to reach a host. It goes on, whoever holds it, until it is cancelled or has told.
public final class SSHOpening {
    private var attempt: SSHAttempt?
    private var then: ((Result<SSHPlace, PlaceFailure>) -> Void)?
    /// Held until it has told, so that nobody needs to.
    private var keepAlive: SSHOpening?

    /// Finds out what is wanted, and connects to it, over its jump hosts.
    ///
    /// Files are read before this returns: the `config`, and of public keys the small ones that are asked for. Nothing is tried
    /// twice. Every call makes a connection of its own.
    ///
    /// - Parameter then: called once, in a later turn of the loop, unless the attempt was cancelled.
    @discardableResult
    public static func connect(
        _ wish: SSHWish, ground: SSHGround, on loop: EventLoop, then: @escaping (Result<SSHPlace, PlaceFailure>) -> Void
    ) -> SSHOpening {
        let opening = SSHOpening(then)
        do throws(SSHRefusal) {
            var passedOver = 0
            let config = try SSHConfigSource.read(ground.keys) { passedOver += 1 }
            var plan = try SSHPlanner(ground: ground, config: config).plan(wish)
            if passedOver > 0 {
                plan.notes.append(
                    "The ssh config includes files outside the operator's key directory, or that others can write to, or links: "
                        + "they were not read.")
            }
            opening.start(plan, wish, ground, loop)
        } catch {
            loop.soon { opening.finish(.failure(error.failure)) }
        }
        return opening
    }

    private init(_ then: @escaping (Result<SSHPlace, PlaceFailure>) -> Void) {
        self.then = then
        keepAlive = self
    }

    private func start(_ plan: SSHPlan, _ wish: SSHWish, _ ground: SSHGround, _ loop: EventLoop) {
        let route = SSHRoute(plan, wish: wish, ground: ground)
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

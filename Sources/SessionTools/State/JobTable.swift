import AuditLog
import EventLoop
import OutputShaping
import Sessions

/// Commands that go on while nobody waits for them: started with `background`, or running longer than clients wait.
final class JobTable {
    private var jobs: [String: Job] = [:]
    private var order: [String] = []
    private let loop: EventLoop

    /// Ended jobs are remembered for a while, within bounds.
    static let mostEnded = 256
    static let lifetimeAfterEnd = Duration.seconds(30 * 60)

    init(loop: EventLoop) { self.loop = loop }

    var running: Int { jobs.values.count(where: { $0.isRunning }) }

    func add(_ job: Job) {
        jobs[job.identifier] = job
        order.append(job.identifier)
    }

    func find(_ identifier: String) -> Job? {
        expire()
        return jobs[identifier]
    }

    func forget(_ identifier: String) {
        jobs[identifier] = nil
        order.removeAll { $0 == identifier }
    }

    /// Forgets ended jobs that nobody came back for.
    func expire() {
        let now = loop.now
        let ended = order.filter { jobs[$0]?.endedAt != nil }
        for (index, identifier) in ended.enumerated() {
            guard let at = jobs[identifier]?.endedAt else { continue }
            if ended.count - index > Self.mostEnded || at + Self.lifetimeAfterEnd <= now { forget(identifier) }
        }
    }

    /// Jobs of a session, in the order they were started.
    func all(of session: String) -> [Job] { order.compactMap { jobs[$0] }.filter { $0.session == session } }
}

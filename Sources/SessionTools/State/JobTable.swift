import AuditLog
import CommandCalls
import EventLoop
import OutputShaping
import Sessions

/// Commands that go on while nobody waits for them: started with `background`, or running longer than clients wait.
final class JobTable {
    private var jobs: [String: Job] = [:]
    private var order: [String] = []
    private let loop: EventLoop

    /// Jobs that were asked for and do not run yet.
    private var starting = 0

    /// Ended jobs are remembered for a while, within bounds: of number, and of what their outputs hold of memory and
    /// descriptors.
    static let mostEnded = 256
    static let mostBytes = 256 << 20
    static let mostFiles = 128
    static let lifetimeAfterEnd = Duration.seconds(30 * 60)

    init(loop: EventLoop) { self.loop = loop }

    private var running: Int { jobs.values.count(where: { $0.isRunning }) }

    /// Whether one more may start within `limit`; if so it counts from now on, until `settle()`.
    func reserve(within limit: Int) -> Bool {
        guard running + starting < limit else { return false }
        starting += 1
        return true
    }

    /// What was reserved runs now, or never will.
    func settle() { starting -= 1 }

    func add(_ job: Job) {
        jobs[job.identifier] = job
        order.append(job.identifier)
        expire()
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
        var (count, bytes, files) = (0, 0, 0)
        for identifier in order.reversed() {
            guard let job = jobs[identifier], let at = job.endedAt else { continue }
            count += 1
            bytes += job.stdout.keptBytes + job.stderr.keptBytes
            files += job.stdout.files + job.stderr.files
            let isTooMuch = count > Self.mostEnded || bytes > Self.mostBytes || files > Self.mostFiles
            if at + Self.lifetimeAfterEnd <= now || (isTooMuch && count > 1) { forget(identifier) }
        }
    }

    /// Jobs of a session, in the order they were started.
    func all(of session: String) -> [Job] { order.compactMap { jobs[$0] }.filter { $0.session == session } }
}

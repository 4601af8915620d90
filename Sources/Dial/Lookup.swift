internal import EventLoop

/// Drives one question on the loop until it is answered or dropped.
final class Lookup {
    private let loop: EventLoop
    private let question: NetworkLookup
    private var watches: [Watch] = []
    private var timer: Timer?
    private var then: ((Result<[NetworkAddress], DialFailure>) -> Void)?

    /// - Parameter then: called once, in a later turn; not after `cancel()`.
    init(
        name: String, port: UInt16, servers: String?, on loop: EventLoop,
        then: @escaping (Result<[NetworkAddress], DialFailure>) -> Void
    ) throws(DialFailure) {
        self.loop = loop
        question = try NetworkLookup(name: name, port: port, servers: servers)
        self.then = then
        // Numbers and names of /etc/hosts are answered already; the caller hears of it when it has its object.
        loop.soon { [self] in advance() }
    }

    func cancel() {
        then = nil
        stopWaiting()
    }

    private func stopWaiting() {
        for watch in watches { watch.cancel() }
        watches = []
        timer?.cancel()
        timer = nil
    }

    private func process(_ descriptor: Int32?, _ ready: Interest) {
        // The library may close what was watched and open something of the same number: no watch outlives the call.
        stopWaiting()
        question.process(descriptor, ready)
        advance()
    }

    private func advance() {
        guard then != nil else { return }
        do throws(DialFailure) {
            guard let answer = try question.answer else { return try wait() }
            finish(.success(answer))
        } catch {
            finish(.failure(error))
        }
    }

    private func wait() throws(DialFailure) {
        for (descriptor, interest) in question.waits {
            do throws(SystemError) {
                watches.append(
                    try loop.watch(descriptor, interest) { [weak self] ready in self?.process(descriptor, ready) })
            } catch {
                throw .system(error.errno)
            }
        }
        // A timeout of nothing would turn the loop without a pause.
        timer = loop.after(max(question.timeout, .milliseconds(1))) { [weak self] in self?.process(nil, []) }
    }

    private func finish(_ result: Result<[NetworkAddress], DialFailure>) {
        stopWaiting()
        let then = then
        self.then = nil
        then?(result)
    }
}

/// One thread's loop: closures called when descriptors are ready, when timers are due, or in the next turn.
///
/// Level triggered: a handler that leaves something unread is called again. Everything happens on the thread that calls
/// `run()`; the class is not `Sendable` and has no locks. A turn is: wait, then ready watches, then due timers, then
/// what `soon` queued before. Whatever a handler adds waits for the next turn, so no handler starves another.
public final class EventLoop {
    private let epoll: Descriptor
    private var watches: [UInt64: Watch] = [:]
    private var alwaysReady: [UInt64: Watch] = [:]
    private var timers = TimerHeap()
    private var queue: [() -> Void] = []
    private var events: [System.Event] = []
    private var serial: UInt64 = 0
    private var isStopped = false

    /// Makes the epoll instance. Ignores SIGPIPE for the process, so that a lost reader is an outcome of a write.
    public init() throws(SystemError) {
        epoll = Descriptor(adopting: try SystemError.check(System.createEpoll(), .epollCreate))
        System.ignoreBrokenPipes()
    }

    /// The monotonic time.
    public var now: MonotonicInstant { SystemClock.monotonic }

    private func nextSerial() -> UInt64 {
        serial += 1
        return serial
    }

    // MARK: Watches

    /// Calls `handler` with what is ready, as long as it is ready, until the watch is cancelled.
    ///
    /// A hang-up or an error counts as everything the watch waits for: the read or write then tells which. Regular
    /// files are always ready. One watch for a descriptor.
    ///
    /// - Throws: EEXIST when the descriptor is watched already, EBADF when it is not open, ENOSPC, ENOMEM.
    @discardableResult
    public func watch(
        _ descriptor: Int32, _ interest: Interest, handler: @escaping (Interest) -> Void
    ) throws(SystemError) -> Watch {
        let token = nextSerial()
        // The first interest decides whether epoll takes the descriptor at all; a paused watch is taken out again.
        let status = System.add(epoll.rawValue, descriptor, token: token, interest: interest)
        let isFile = status == -Errno.notPermitted
        if !isFile { try SystemError.check(status, .epollControl) }
        let watch = Watch(
            descriptor: descriptor, token: token, interest: interest, isAlwaysReady: isFile, loop: self,
            handler: handler)
        if isFile {
            alwaysReady[token] = watch
        } else {
            watches[token] = watch
            if interest.isEmpty { System.remove(epoll.rawValue, descriptor) }
        }
        return watch
    }

    /// Tells the kernel a changed interest. A paused watch leaves epoll, which would report hang-ups for ever.
    func apply(_ watch: Watch, from old: Interest) {
        guard !watch.isAlwaysReady else { return }
        if watch.interest.isEmpty {
            System.remove(epoll.rawValue, watch.descriptor)
        } else if old.isEmpty {
            let status = System.add(epoll.rawValue, watch.descriptor, token: watch.token, interest: watch.interest)
            precondition(status == 0, "a watched descriptor was closed or watched twice")
        } else {
            let status = System.modify(epoll.rawValue, watch.descriptor, token: watch.token, interest: watch.interest)
            precondition(status == 0, "a watched descriptor was closed")
        }
    }

    func forget(_ watch: Watch) {
        alwaysReady[watch.token] = nil
        if watches.removeValue(forKey: watch.token) != nil, !watch.interest.isEmpty {
            System.remove(epoll.rawValue, watch.descriptor)
        }
    }

    // MARK: Timers and the next turn

    /// Calls `body` once, not before `delay` has gone. To repeat, arm again in the body.
    @discardableResult
    public func after(_ delay: Duration, _ body: @escaping () -> Void) -> Timer {
        at(now + max(delay, .zero), body)
    }

    /// Calls `body` once, not before `deadline`.
    @discardableResult
    public func at(_ deadline: MonotonicInstant, _ body: @escaping () -> Void) -> Timer {
        let timer = Timer(deadline: deadline, serial: nextSerial(), loop: self, body: body)
        timers.insert(timer)
        return timer
    }

    func remove(_ timer: Timer) { timers.remove(timer) }

    /// Calls `body` in the next turn, in the order of the calls.
    public func soon(_ body: @escaping () -> Void) { queue.append(body) }

    // MARK: Running

    /// Turns until `stop()`, or until nothing is left that could ever happen.
    ///
    /// - Throws: only when epoll itself fails, which means a bug or a broken kernel.
    public func run() throws(SystemError) {
        isStopped = false
        while !isStopped, hasWork { try turn(atMost: nil) }
    }

    /// `run()` returns when the current turn is over. Called before `run()` it has no effect.
    public func stop() { isStopped = true }

    /// One turn that waits at most `timeout` for something to happen.
    public func runOnce(timeout: Duration) throws(SystemError) { try turn(atMost: timeout) }

    /// Whether a watch that is not paused, a timer or a queued body is left.
    private var hasWork: Bool {
        !queue.isEmpty || timers.count > 0 || watches.values.contains { !$0.interest.isEmpty }
            || alwaysReady.values.contains { !$0.interest.isEmpty }
    }

    private func turn(atMost limit: Duration?) throws(SystemError) {
        let files = alwaysReady.values.filter { !$0.interest.isEmpty }
        try SystemError.check(
            System.wait(epoll.rawValue, events: &events, nanoseconds: waitingTime(limit, hasFiles: !files.isEmpty)),
            .epollWait)
        let bodies = queue
        queue = []
        let newest = serial
        dispatch(events)
        for watch in files { deliver(watch.interest, to: watch) }
        fireTimers(armedBefore: newest)
        for body in bodies { body() }
    }

    private func waitingTime(_ limit: Duration?, hasFiles: Bool) -> Int64 {
        if !queue.isEmpty || hasFiles { return 0 }
        var wait: Int64 = limit.map { max(0, $0.wholeNanoseconds) } ?? -1
        if let first = timers.first {
            let left = max(0, (first.deadline - now).wholeNanoseconds)
            wait = wait < 0 ? left : min(wait, left)
        }
        return wait
    }

    private func dispatch(_ events: [System.Event]) {
        for event in events {
            // Cancelled by an earlier handler of this turn: the token is gone, whoever owns the number now.
            guard let watch = watches[event.token] else { continue }
            let isHungUp = event.ready & 4 != 0
            let ready = isHungUp ? watch.interest : Interest(rawValue: UInt8(event.ready & 3))
            deliver(ready, to: watch)
        }
    }

    private func deliver(_ ready: Interest, to watch: Watch) {
        let wanted = ready.intersection(watch.interest)
        guard !wanted.isEmpty else { return }
        watch.handler?(wanted)
    }

    private func fireTimers(armedBefore newest: UInt64) {
        guard timers.first != nil else { return }
        let due = now
        var postponed: [Timer] = []
        while let timer = timers.first, timer.deadline <= due {
            timers.remove(timer)
            if timer.serial > newest {
                postponed.append(timer)
                continue
            }
            let body = timer.body
            timer.body = nil
            body?()
        }
        for timer in postponed where timer.isArmed { timers.insert(timer) }
    }
}

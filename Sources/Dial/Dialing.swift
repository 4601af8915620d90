public import EventLoop

/// An attempt to connect, from the name to a connected socket.
///
/// Never blocks and starts no thread: names are asked with c-ares (numbers, /etc/hosts, then the DNS as resolv.conf says;
/// other sources of nsswitch.conf are not asked), and all addresses of the name are tried in turn. Each gets an equal part of
/// the time that is left, so that one that swallows packets does not keep the others from their turn.
public final class Dialing {
    private let loop: EventLoop
    private let deadline: MonotonicInstant
    private var then: ((Result<Socket, DialFailure>) -> Void)?
    private var lookup: Lookup?
    private var addresses: [NetworkAddress] = []
    private var trying: Socket?
    private var timer: Timer?
    private var last = DialFailure.noSuchName

    /// Begins.
    ///
    /// - Parameters:
    ///   - servers: name servers instead of those of resolv.conf: `address:port`, with commas between.
    ///   - then: called once, in a later turn, unless `cancel()` came first.
    public init(
        host: String, port: UInt16, on loop: EventLoop, deadline: MonotonicInstant, servers: String? = nil,
        then: @escaping (Result<Socket, DialFailure>) -> Void
    ) {
        self.loop = loop
        self.deadline = deadline
        self.then = then
        timer = loop.at(deadline) { [weak self] in self?.finish(.failure(.timedOut)) }
        do throws(DialFailure) {
            lookup = try Lookup(name: host, port: port, servers: servers, on: loop) { [weak self] in self?.found($0) }
        } catch {
            loop.soon { [weak self] in self?.finish(.failure(error)) }
        }
    }

    /// Nothing more happens; `then` is released uncalled.
    public func cancel() {
        then = nil
        stop()
    }

    private func stop() {
        lookup?.cancel()
        lookup = nil
        timer?.cancel()
        timer = nil
        trying?.close()
        trying = nil
    }

    private func finish(_ result: Result<Socket, DialFailure>) {
        guard let then else { return }
        self.then = nil
        stop()
        then(result)
    }

    private func found(_ result: Result<[NetworkAddress], DialFailure>) {
        switch result {
        case .failure(let failure): finish(.failure(failure))
        case .success(let found):
            addresses = found.reversed()
            tryNext()
        }
    }

    private func tryNext() {
        timer?.cancel()
        trying?.close()
        trying = nil
        let now = loop.now
        guard now < deadline else { return finish(.failure(.timedOut)) }
        guard let address = addresses.popLast() else { return finish(.failure(last)) }
        let part = (deadline - now) / (addresses.count + 1)
        timer = loop.after(part) { [weak self] in self?.failed(.timedOut) }
        do throws(DialFailure) {
            let socket = try Socket(try Network.connect(address), isTCP: true, on: loop)
            trying = socket
            socket.onReady = { [weak self] _ in self?.settled() }
            socket.waits(for: .write)
        } catch {
            failed(error)
        }
    }

    private func settled() {
        guard let socket = trying else { return }
        if let failure = Network.result(socket.number) { return failed(failure) }
        socket.waits(for: [])
        socket.onReady = nil
        trying = nil
        finish(.success(socket))
    }

    private func failed(_ failure: DialFailure) {
        last = failure
        tryNext()
    }
}

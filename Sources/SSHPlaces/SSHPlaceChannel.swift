internal import EventLoop
internal import SSHClient
internal import Sessions

/// A channel of a connection as a session wants it: what is written waits here as long as the server takes no more.
final class SSHPlaceChannel: RemoteChannel {
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    var onEnd: ((RemoteEnd) -> Void)?
    private let channel: SSHChannel
    private let connection: SSHConnection
    private let loop: EventLoop
    private var waiting: ArraySlice<UInt8> = []
    private var endsBehind = false
    private var isOver = false
    private var hasHeard = false

    /// - Parameter lost: told why the connection was lost, before `onEnd` is.
    init(_ channel: SSHChannel, of connection: SSHConnection, loop: EventLoop, lost: @escaping (SSHFailure) -> Void) {
        self.channel = channel
        self.connection = connection
        self.loop = loop
        channel.onData = { [weak self] stream, bytes in self?.came(stream == .output ? .stdout : .stderr, bytes) }
        channel.onWritable = { [weak self] in self?.flush() }
        channel.onEnd = { [weak self] end in
            if case .lost(let failure) = end { lost(failure) }
            self?.ended(end)
        }
    }

    deinit { close() }

    var unwritten: Int { waiting.count }

    func write(_ bytes: [UInt8]) {
        guard !isOver, !endsBehind else { return }
        let wasIdle = waiting.isEmpty
        waiting += bytes
        if wasIdle { flush() }
    }

    func closeInput() {
        endsBehind = true
        if waiting.isEmpty { channel.closeInput() }
    }

    private func flush() {
        guard !isOver else { return }
        waiting = waiting.dropFirst(channel.write(waiting))
        // Else the beginning of a long text stays in memory as long as any of it.
        if waiting.isEmpty { waiting = [] }
        if waiting.isEmpty, endsBehind { channel.closeInput() }
    }

    private func came(_ stream: OutputStream, _ bytes: [UInt8]) {
        hasHeard = true
        onOutput?(stream, bytes[...])
    }

    private func ended(_ end: SSHChannelEnd) {
        guard !isOver else { return }
        isOver = true
        waiting = []
        let told = onEnd
        (onOutput, onEnd) = (nil, nil)
        told?(Self.remote(end))
    }

    static func remote(_ end: SSHChannelEnd) -> RemoteEnd {
        switch end {
        case .exited(let status): .exited(status)
        case .signaled(let name): .exited(128 + (Self.signals[name] ?? 0))
        case .lost: .lost
        }
    }

    /// The names of RFC 4254, section 6.10, with the numbers that they have on every system.
    private static let signals: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "SEGV": 11, "PIPE": 13, "ALRM": 14, "TERM": 15,
    ]

    func close() {
        guard !isOver else { return }
        isOver = true
        waiting = []
        (onOutput, onEnd) = (nil, nil)
        channel.close()
    }

    /// Where nothing has come yet there is no session to end, and who waits for a server that hangs holds up all others.
    func finishNow(by deadline: MonotonicInstant) {
        if hasHeard { connection.workNow(by: deadline) { isOver } }
        guard !isOver else { return }
        connection.workNow(by: min(deadline, loop.now + .milliseconds(200))) { waiting.isEmpty }
        close()
    }
}

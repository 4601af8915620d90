internal import EventLoop
public import KnownHosts
internal import SSHClient
public import Sessions

/// A host, reached over one connection; with the object the connection ends, and with that everything on it.
///
/// A connection that is lost stays lost: nothing is connected or run a second time here.
public final class SSHPlace: RemotePlace {
    /// `ssh:` and the host as the caller named it.
    public let label: String
    /// `ssh_`, the user, `@` and the host, and the port behind a colon unless that is 22.
    public let transport: String
    /// The key by which the server proved itself.
    public let hostKey: Fingerprint?
    /// Whether that was the first use: the key stands in `known_hosts` from now on. Tell the person its fingerprint.
    public let hostKeyWasNew: Bool
    /// The same of the jump hosts on the way, the first reached first.
    public let jumpHostKeys: [(fingerprint: Fingerprint, wasNew: Bool)]
    /// Sentences about what of the operator's `config` was not followed. They hold no path and no value.
    public let notes: [String]
    private let connection: SSHConnection
    private let loop: EventLoop
    private var loss: SSHFailure?

    init(_ connection: SSHConnection, names: SSHNames, notes: [String], loop: EventLoop) {
        self.connection = connection
        self.notes = notes
        self.loop = loop
        (label, transport) = (names.label, names.transport)
        hostKey = connection.hostKey?.fingerprint
        hostKeyWasNew = connection.hostKeyWasNew
        jumpHostKeys = connection.jumpHostKeys.map { ($0.key.fingerprint, $0.wasNew) }
        connection.onLost = { [weak self] in self?.loss = $0 }
    }

    deinit { connection.close() }

    public func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        connection.open(command: LoginShellText.running(command)) { [weak self] result in
            switch result {
            case .success(let channel):
                guard let self else {
                    channel.close()
                    return then(.failure(.ssh(.closed)))
                }
                then(.success(SSHPlaceChannel(channel, of: connection, loop: loop) { [weak self] in self?.loss = $0 }))
            case .failure(let failure):
                then(.failure(.ssh(failure == .closed ? self?.loss ?? failure : failure)))
            }
        }
    }

    public func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        let failure = Self.failure(end, hadAnswered: said == nil, loss: loss)
        loop.soon { then(failure) }
    }

    /// From the end of a channel. Pure.
    static func failure(_ end: RemoteEnd, hadAnswered: Bool, loss: SSHFailure?) -> PlaceFailure {
        guard case .exited(let status) = end else { return .ssh(loss ?? .closedByServer(.session)) }
        if hadAnswered { return .connectionLost }
        // The numbers of env(1) for a program that is not there or cannot be run.
        if status == 126 || status == 127 { return .noShell }
        return .other(
            word: "no_login_shell",
            text: "The server ran no POSIX shell for this user (exit status \(status)). Its account may have no login shell "
                + "(nologin), a restricted one, or a forced command; or there is no /bin/sh.")
    }
}

/// The names of a place. Pure.
struct SSHNames: Equatable {
    let label: String
    let transport: String

    /// - Parameter host: as the caller named it: an alias, a name, an address.
    init(user: String, host: String, port: UInt16) {
        label = "ssh:" + host
        transport = "ssh_" + Self.plain(user) + "@" + Self.plain(host) + (port == 22 ? "" : ":\(port)")
    }

    /// Fit for a file's name: 40 characters at most, none but letters, digits, dot, underscore and hyphen.
    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.prefix(40).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
            default: "_"
            }
        })
    }
}

public import Dial
public import KnownHosts
public import PrivateFiles

/// Why there is no connection, or no channel.
public enum SSHFailure: Error, Equatable, Sendable {
    /// How far the connection had come.
    public enum Stage: String, Sendable {
        case connecting = "connecting"
        case handshake = "agreeing on keys"
        case authentication = "logging in"
        case session = "in a session"
    }

    /// libssh2 is not on this machine, or cannot be loaded.
    case libraryMissing
    /// A libssh2 was found that has not this function, which is needed: it is older than any that is supported.
    case libraryLacks(function: String)
    /// No connection to the host and port.
    case unreachable(DialFailure)
    /// The time for connecting ran out.
    case timedOut(Stage)
    /// What answers is no SSH server: it sent so many bytes without a banner of SSH.
    case notSSH(bytes: Int)
    /// The server sent more than anyone needs before the login.
    case flood(Stage)
    /// Both sides have no algorithm in common.
    case noCommonAlgorithm
    /// The server broke the protocol or the connection. The number is libssh2's.
    case broken(Stage, code: Int32)
    /// The server closed the connection.
    case closedByServer(Stage)

    /// The host does not stand in `known_hosts`, and unknown hosts are refused.
    case hostKeyUnknown(Fingerprint)
    /// The host stands in `known_hosts` since a first use here, and that is not enough for what is asked.
    case hostKeyUnconfirmed(Fingerprint, line: Int)
    /// Another key stands in `known_hosts`: it was changed, or someone stands between.
    case hostKeyChanged(Fingerprint, lines: [Int])
    /// The host stands in `known_hosts` with keys of other kinds only.
    case hostKeyOfOtherKind(Fingerprint, lines: [Int])
    case hostKeyRevoked(Fingerprint, line: Int)
    /// It is not the key that was pinned.
    case hostKeyNotPinned(Fingerprint)
    /// `known_hosts` cannot be read or written, so no host can be trusted by it.
    case knownHostsUnusable(FileError)
    /// The server's key is not one.
    case hostKeyUnreadable

    /// None of the credentials let us in. One outcome for each that was tried; `closed`: the server ended it.
    case notAuthenticated([SSHCredentialOutcome], closed: Bool)
    /// The user or command holds a NUL, or is longer than 32 KiB.
    case badText
    /// No channel: the server refuses more of them (`MaxSessions`), or to forward, or to run commands.
    case channelRefused
    /// Locked or ordinary memory ran out.
    case noMemory
    /// `close()` was called.
    case closed
    /// The same, of a jump host on the way, counted from 1.
    indirect case atJump(Int, SSHFailure)
}

extension SSHFailure {
    /// Sentences without a secret: what happened, what it means, what to do.
    public var explanation: String {
        switch self {
        case .libraryMissing:
            "libssh2 is not installed on this machine, and SSH needs it: install it (Debian, Ubuntu: apt install libssh2-1). Then "
                + "try again. Everything but SSH works without it."
        case .libraryLacks(let function):
            "The libssh2 on this machine cannot be used, because it lacks \(function): install libssh2 1.10 or newer (Debian, Ubuntu: "
                + "apt install libssh2-1). Everything but SSH works without it."
        case .unreachable(let failure): Self.text(failure)
        case .timedOut(let stage): "The time for connecting ran out (\(stage.rawValue))."
        case .notSSH(let bytes): "What answers there is no SSH server (no banner in \(bytes) bytes). Check host and port."
        case .flood(let stage): "The server sent more than can be meant (\(stage.rawValue)); the connection was ended."
        case .noCommonAlgorithm:
            "The server and \(SSHLibrary.named) have no algorithm in common"
                + (SSHLibrary.signsRSAWithSHA2
                    ? "." : "; a server with an RSA host key alone needs libssh2 1.11 or newer, or an Ed25519 host key.")
        case .broken(let stage, let code): "The connection broke (\(stage.rawValue), libssh2 says \(code))."
        case .closedByServer(let stage): "The server closed the connection (\(stage.rawValue))."
        case .hostKeyUnconfirmed(let key, let line):
            "The host stands in known_hosts (line \(line)) only since an agent met it, which is not enough to show it a password. Let the user "
                + "compare \(key.text) with a source they trust, and then remove the word \(KnownHosts.firstUseMark) from that line."
        case .hostKeyUnknown(let key):
            "The host is not known (its key is \(key.text)). Compare the fingerprint with one from a source you trust, then pin it "
                + "or add the host with ssh."
        case .hostKeyChanged(let key, let lines):
            "THE HOST KEY HAS CHANGED: it is \(key.text), and known_hosts has another (\(Self.places(lines))). Either the server was "
                + "set up anew or someone stands between. Do not connect before you know which; then remove that line."
        case .hostKeyOfOtherKind(let key, let lines):
            "The host is known by a key of another kind (\(Self.places(lines)) of known_hosts) and now shows \(key.text), which nobody "
                + "has seen. Compare it with one from a source you trust, then add it with ssh."
        case .hostKeyRevoked(let key, let line): "The host key \(key.text) is revoked (line \(line) of known_hosts)."
        case .hostKeyNotPinned(let key): "The host key is \(key.text), which is not the fingerprint that was pinned."
        case .knownHostsUnusable(let error): "known_hosts cannot be used: \(error.explanation). No host is trusted without it."
        case .hostKeyUnreadable: "The server's host key cannot be read."
        case .notAuthenticated(let outcomes, let closed): Self.text(outcomes, closed)
        case .badText: "The user name or command holds a NUL or is longer than 32 KiB."
        case .channelRefused: "The server refuses another channel, or to run a command, or to forward (MaxSessions, policy)."
        case .noMemory: "Not enough memory for the connection."
        case .closed: "The connection was closed."
        case .atJump(let number, let failure): "At jump host \(number): \(failure.explanation)"
        }
    }

    private static func places(_ lines: [Int]) -> String {
        (lines.count == 1 ? "line " : "lines ") + lines.prefix(5).map(String.init).joined(separator: ", ")
    }

    private static func text(_ failure: DialFailure) -> String {
        switch failure {
        case .noSuchName: "No host has this name."
        case .noNameServer: "No name server answered in a way that can be used."
        case .timedOut: "Nothing answers at this host and port: it is down, or a filter drops the packets."
        case .refused: "Nothing listens at this host and port."
        case .unreachable: "No way leads to this host."
        case .badPath: "The path of the socket cannot be used."
        case .system(let code): "The system refused the connection (errno \(code))."
        }
    }

    private static func text(_ outcomes: [SSHCredentialOutcome], _ closed: Bool) -> String {
        let tried = outcomes.isEmpty ? "no credential was given" : outcomes.map(\.explanation).joined(separator: "; ")
        return "Not let in: \(tried)." + (closed ? " Then the server closed the connection: it takes no more tries." : "")
    }
}

import EventLoop
import Foundation
import PrivateFiles
import SSHClient
import SSHTestServer
import SecretMemory
import Sessions
import Spawn

@testable import SSHPlaces

/// A loop, a table of sessions, an operator with a directory of keys, and the servers that a test starts.
final class World {
    let loop = try! EventLoop()
    let table: SessionTable
    let scratch: Scratch
    var ground: SSHGround
    /// It lives as long.
    private let server: Sshd?

    /// - Parameter server: its key is the operator's `id_ed25519`, and the alias `there` means it.
    init(_ server: Sshd? = nil) throws {
        self.server = server
        scratch = try Scratch()
        table = SessionTable(loop: loop, spawner: Spawner(), limit: 200, idleLimit: nil)
        ground = SSHGround(
            keyDirectory: try scratch.absolute("keys"), usualKnownHosts: try scratch.absolute("known_hosts"),
            home: try scratch.absolute("home"), localUser: Sshd.user, userNumber: getuid())
        try FileManager.default.createDirectory(
            atPath: scratch("keys"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        if let server {
            try scratch.write("keys/id_ed25519", server.scratch.read("id"))
            try config(there(server))
        }
    }

    deinit { table.closeAllNow() }

    func there(_ server: Sshd, _ name: String = "there", _ more: String = "") -> String {
        "Host \(name)\nHostName 127.0.0.1\nPort \(server.port)\nConnectTimeout 90\n\(more)\n"
    }

    /// The secrets of the next connections.
    var login = SSHLogin()

    func config(_ text: String) throws { try scratch.write("keys/config", text) }

    func turn(_ until: () -> Bool) throws {
        let deadline = loop.now + .seconds(120)
        while !until() {
            guard loop.now < deadline else { throw Timeout() }
            try loop.runOnce(timeout: .milliseconds(20))
        }
    }

    func connect(_ host: String = "there", _ change: (inout SSHWish) -> Void = { _ in }) throws -> Result<SSHPlace, PlaceFailure> {
        var wish = SSHWish(host: host)
        wish.usesPassword = login.password != nil
        change(&wish)
        var result: Result<SSHPlace, PlaceFailure>?
        do throws(SSHRefusal) {
            SSHOpening.connect(try SSHDestination(wish, ground: ground), login: login, on: loop) { result = $0 }
        } catch {
            return .failure(error.failure)
        }
        try turn { result != nil }
        return result!
    }

    /// Begins to connect.
    @discardableResult
    func open(_ host: String = "there", then: @escaping (Result<SSHPlace, PlaceFailure>) -> Void) throws -> SSHOpening {
        SSHOpening.connect(try SSHDestination(SSHWish(host: host), ground: ground), login: login, on: loop, then: then)
    }

    /// The word of the failure; nil when it worked.
    func word(_ host: String = "there", _ change: (inout SSHWish) -> Void = { _ in }) throws -> String? {
        switch try connect(host, change) {
        case .success: nil
        case .failure(.other(let word, _)): word
        case .failure(let failure): "\(failure)"
        }
    }

    func session(_ place: SSHPlace, _ options: RemoteShellOptions = RemoteShellOptions()) throws -> any Session {
        var result: Result<any Session, SessionStartFailure>?
        table.createRemote(in: place, options) { result = $0 }
        try turn { result != nil }
        return try result!.get()
    }

    func run(_ session: any Session, _ command: String) throws -> ExecOutcome {
        var result: Result<ExecOutcome, ExecFailure>?
        session.execute(ExecRequest(command), progress: nil) { result = $0 }
        try turn { result != nil }
        return try result!.get()
    }
}

extension ExecOutcome {
    var out: String { String(decoding: stdout.contents(), as: UTF8.self) }
}

func secret(_ text: String) throws -> SSHSecret {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return SSHSecret(try buffer.take())
}

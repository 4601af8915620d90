import EventLoop
import Foundation
import PrivateFiles
import SSHPlaces
import SSHTestServer
import Testing

@testable import Sessions

/// A sshd of the tests' own on loopback, with keys and a `config` of its own. It ends with this process.
struct SSHWorld: @unchecked Sendable {
    let server: Sshd
    let ground: SSHGround

    static let shared: Result<SSHWorld, Missing> = {
        // The one spawner of the process: sshd is nobody's orphan.
        Running.spawner = TestMachine.spawner
        do {
            return .success(try SSHWorld())
        } catch let missing as Missing {
            return .failure(missing)
        } catch {
            return .failure(Missing("\(error)"))
        }
    }()
    static var isRunning: Bool { if case .success = shared { true } else { false } }

    private init() throws {
        server = try Sshd(options: ["MaxSessions 100"], isForAll: true)
        try server.scratch.write("config", """
            Host there
              HostName 127.0.0.1
              Port \(server.port)
              User \(Sshd.user)
              IdentityFile \(server.scratch("id"))
              ConnectTimeout 90
              ServerAliveInterval 0
            """)
        ground = SSHGround(
            keyDirectory: try server.scratch.absolute(""), usualKnownHosts: try server.scratch.absolute("known_hosts"),
            home: try server.scratch.absolute(""), localUser: Sshd.user, userNumber: getuid())
        atexit { if case .success(let world) = SSHWorld.shared { world.end() } }
    }

    private func end() {
        server.killAll()
        try? FileManager.default.removeItem(atPath: server.scratch.path)
    }

    func place(on loop: EventLoop, wait: (() -> Bool) throws -> Void) throws -> SSHPlace {
        var result: Result<SSHPlace, PlaceFailure>?
        let destination = try SSHDestination(SSHWish(host: "there"), ground: ground)
        SSHOpening.connect(destination, login: SSHLogin(), on: loop) { result = $0 }
        try wait { result != nil }
        return try result!.get()
    }

    /// The first process with such a command line, without those that speak of it in a script.
    static func process(_ text: String) -> Int32? {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = Int32(name), let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else { continue }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if words.joined(separator: " ") == text { return number }
        }
        return nil
    }

    /// Kills the server's process of the connection that a process belongs to, and nothing else of it.
    func killServer(above process: Int32) throws {
        var process = process
        while process > 1 {
            let stat = String(decoding: FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data(), as: UTF8.self)
            let name = stat.split(separator: ")")[0].split(separator: "(")[1]
            if name.hasPrefix("sshd") { break }
            process = Int32(stat.split(separator: ")").last!.split(separator: " ")[1])!
        }
        guard process > 1 else { throw Missing("a server above the process") }
        kill(process, SIGKILL)
    }
}

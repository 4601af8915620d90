import EventLoop
import Foundation
import KnownHosts
import PrivateFiles

@testable import SSHClient

/// A real sshd on loopback, with keys of its own, for the user that runs the tests.
final class Sshd {
    static let program = SSHClientTests.program("sshd")
    /// Why there are no tests with sshd here; nil when there are.
    static let isMissing: String? = {
        guard program != nil else { return "sshd is not installed" }
        if getuid() == 0, !FileManager.default.fileExists(atPath: "/run/sshd") {
            try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: "/run/sshd") { return "/run/sshd is missing" }
        }
        return nil
    }()
    static let user = (try? run("/usr/bin/id", ["-un"]).trimmingCharacters(in: .whitespacesAndNewlines)) ?? "root"

    let scratch: Scratch
    private(set) var port: UInt16 = 0
    private(set) var running: Running?
    private let options: [String]
    private let hostKeys: [String]
    static let kinds = ["ed25519", "ecdsa", "rsa"]

    /// - Parameters:
    ///   - hostKeys: kinds of host keys.
    ///   - options: further lines of sshd_config.
    init(hostKeys: [String] = ["ed25519"], options: [String] = []) throws {
        guard Sshd.isMissing == nil else { throw Missing(Sshd.isMissing!) }
        scratch = try Scratch()
        self.options = options
        self.hostKeys = hostKeys
        for kind in hostKeys { try makeKey("host_" + kind, kind: kind) }
        try makeKey("id", kind: "ed25519")
        try authorize(["id"])
        try start()
    }

    func makeKey(_ name: String, kind: String, passphrase: String = "", more: [String] = []) throws {
        try? FileManager.default.removeItem(atPath: scratch(name))
        try run("/usr/bin/ssh-keygen", ["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", scratch(name)] + more)
    }

    func authorize(_ names: [String]) throws {
        try scratch.write("authorized", names.map { scratch.read($0 + ".pub") }.joined())
    }

    /// Starts it at the port it has, or at a free one that nobody else takes meanwhile.
    func start() throws {
        for _ in 0..<20 {
            let number = try port == 0 ? freePort() : port
            let keys = hostKeys.map { "HostKey \(scratch("host_" + $0))" }
            // The first value of an option counts, so the test's own come first.
            let lines = options + keys + [
                "Port \(number)", "ListenAddress 127.0.0.1", "AuthorizedKeysFile \(scratch("authorized"))", "PidFile none",
                "UsePAM no", "StrictModes no", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
                "PermitRootLogin yes", "LogLevel VERBOSE", "MaxStartups 200", "PermitUserEnvironment no",
                "LoginGraceTime 120", "PrintMotd no", "UseDNS no",
                // Bash reads the start file of its HOME when sshd starts it: not the one of whoever runs the tests.
                "SetEnv HOME=\(scratch.path)",
            ]
            try scratch.write("sshd_config", lines.joined(separator: "\n") + "\n")
            let running = try Running(Sshd.program!, ["-D", "-e", "-f", scratch("sshd_config")], log: scratch("log"))
            try eventually { scratch.read("log").contains("Server listening") || !running.isRunning }
            if running.isRunning {
                self.running = running
                port = number
                return
            }
        }
        throw Missing("a sshd that starts: \(scratch.read("log"))")
    }

    func stop() { running?.stop(); running = nil }

    /// Kills the server and all its children, as a power cut does.
    func killAll() { running?.kill(); running = nil }

    var keys: SSHKeyDirectory {
        get throws { SSHKeyDirectory(try AbsolutePath(scratch.path), home: nil) }
    }

    func credential(_ name: String = "id", passphrase: String? = nil) throws -> SSHCredential {
        .keyFile(name: name, in: try keys, passphrase: try passphrase.map { try secret($0) })
    }

    func target(_ credentials: [SSHCredential]? = nil, trust: HostKeyTrust = .knownHosts(.trustFirstUse)) throws -> SSHTarget {
        var target = SSHTarget(
            host: "127.0.0.1", port: port, user: Sshd.user, trust: trust, knownHosts: try scratch.absolute("known_hosts"),
            credentials: try credentials ?? [credential()], connectTimeout: .seconds(90))
        target.keepAlive = nil
        return target
    }
}

/// What a command gave.
struct Ran: Equatable {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var end: SSHChannelEnd?

    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: error, as: UTF8.self) }
}

func connect(
    _ target: SSHTarget, through jumps: [SSHTarget] = [], on loop: EventLoop
) throws -> Result<SSHConnection, SSHFailure> {
    var result: Result<SSHConnection, SSHFailure>?
    SSHConnection.connect(target, through: jumps, on: loop) { result = $0 }
    try turn(loop) { result != nil }
    return result!
}

func failure(_ target: SSHTarget, through jumps: [SSHTarget] = [], on loop: EventLoop) throws -> SSHFailure? {
    if case .failure(let failure) = try connect(target, through: jumps, on: loop) { return failure }
    return nil
}

extension SSHConnection {
    func channel(_ command: String, on loop: EventLoop) throws -> SSHChannel {
        var result: Result<SSHChannel, SSHFailure>?
        open(command: Array(command.utf8)) { result = $0 }
        try turn(loop) { result != nil }
        return try result!.get()
    }

    /// Starts a command; what it gives comes into the box. Without any input its input stays open.
    func begin(_ command: String, input: [UInt8]? = []) -> Box {
        let box = Box()
        open(command: Array(command.utf8)) { result in
            switch result {
            case .failure(let failure): box.ran.end = .lost(failure)
            case .success(let channel):
                box.channel = channel
                channel.onData = { stream, bytes in
                    if stream == .output { box.ran.output += bytes } else { box.ran.error += bytes }
                }
                channel.onEnd = { box.ran.end = $0 }
                guard var rest = input?[...] else { return }
                channel.onWritable = { [weak channel] in
                    guard let channel else { return }
                    rest = rest.dropFirst(channel.write(rest))
                    if rest.isEmpty { channel.closeInput() }
                }
                channel.onWritable?()
            }
        }
        return box
    }

    func run(_ command: String, input: [UInt8] = [], on loop: EventLoop) throws -> Ran {
        let box = begin(command, input: input)
        try turn(loop) { box.ran.end != nil }
        return box.ran
    }
}

final class Box {
    var ran = Ran()
    var channel: SSHChannel?
}

import Foundation

/// A real sshd on loopback, with keys of its own, for the user that runs the tests.
public final class Sshd {
    public static let program = SSHTestServer.program("sshd")
    /// Why there are no tests with sshd here; nil when there are.
    public static let isMissing: String? = {
        guard program != nil else { return "sshd is not installed" }
        if getuid() == 0, !FileManager.default.fileExists(atPath: "/run/sshd") {
            try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: "/run/sshd") { return "/run/sshd is missing" }
        }
        return nil
    }()
    public static let user = (try? run("/usr/bin/id", ["-un"]).trimmingCharacters(in: .whitespacesAndNewlines)) ?? "root"

    public let scratch: Scratch
    public private(set) var port: UInt16 = 0
    public private(set) var running: Running?
    private let options: [String]
    private let hostKeys: [String]
    private let isForAll: Bool
    public static let kinds = ["ed25519", "ecdsa", "rsa"]

    /// - Parameters:
    ///   - hostKeys: kinds of host keys.
    ///   - options: further lines of sshd_config.
    ///   - isForAll: it runs until this process ends.
    public init(hostKeys: [String] = ["ed25519"], options: [String] = [], isForAll: Bool = false) throws {
        guard Sshd.isMissing == nil else { throw Missing(Sshd.isMissing!) }
        scratch = try Scratch()
        self.options = options
        self.hostKeys = hostKeys
        self.isForAll = isForAll
        for kind in hostKeys { try makeKey("host_" + kind, kind: kind) }
        try makeKey("id", kind: "ed25519")
        try authorize(["id"])
        try start()
    }

    public func makeKey(_ name: String, kind: String, passphrase: String = "", more: [String] = []) throws {
        try? FileManager.default.removeItem(atPath: scratch(name))
        try run("/usr/bin/ssh-keygen", ["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", scratch(name)] + more)
    }

    public func authorize(_ names: [String]) throws {
        try scratch.write("authorized", names.map { scratch.read($0 + ".pub") }.joined())
    }

    /// Starts it at the port it has, or at a free one that nobody else takes meanwhile.
    public func start() throws {
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
            let running = try Running(
                Sshd.program!, bytes: ["-D", "-e", "-f", scratch("sshd_config")].map { Array($0.utf8) }, log: scratch("log"),
                isForAll: isForAll)
            try eventually { scratch.read("log").contains("Server listening") || !running.isRunning }
            if running.isRunning {
                self.running = running
                port = number
                return
            }
        }
        throw Missing("a sshd that starts: \(scratch.read("log"))")
    }

    public func stop() { running?.stop(); running = nil }

    /// Kills the server and all its children, as a power cut does.
    public func killAll() { running?.kill(); running = nil }
}

import EventLoop
import Foundation
import PrivateFiles
import Spawn

public struct Timeout: Error {
    public init() {}
}

/// What a test expected to be there and was not.
public struct Missing: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// A fresh private directory, removed with everything in it.
public final class Scratch {
    public let path: String

    public init() throws {
        // Short, because a Unix socket's path is.
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = base + "/ssh-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func callAsFunction(_ name: String) -> String { path + "/" + name }
    public func absolute(_ name: String) throws -> AbsolutePath { try AbsolutePath(path + "/" + name) }

    public func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        _ = FileManager.default.createFile(atPath: self(name), contents: Data(text.utf8), attributes: [.posixPermissions: mode])
    }

    public func read(_ name: String) -> String { (try? String(contentsOfFile: self(name), encoding: .utf8)) ?? "" }
}

/// A program that runs until the test is over.
///
/// Made by `Spawn`: Foundation's `Process` waits for a child that closed what it inherited, as sshd does.
public final class Running {
    public let child: Child

    /// What makes them. A suite that has a spawner of its own puts it here first.
    nonisolated(unsafe) public static var spawner = Spawner()

    public convenience init(
        _ executable: String, _ arguments: [String], log: String, environment pairs: [(String, String)] = []
    ) throws {
        try self.init(executable, bytes: arguments.map { Array($0.utf8) }, log: log, environment: pairs)
    }

    /// The same with arguments that need be no text.
    ///
    /// - Parameter isForAll: it runs until this process ends. Else it ends with the thread that started it, at the latest.
    public init(
        _ executable: String, bytes arguments: [[UInt8]], log: String, environment pairs: [(String, String)] = [],
        isForAll: Bool = false
    ) throws {
        let output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw Missing("a log") }
        defer { close(output) }
        var environment = EnvironmentBlock()
        for (name, value) in [("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")] + pairs { try environment.set(name, to: value) }
        var program = [Array(executable.utf8)] + arguments
        var input = DescriptorMapping.null(as: 0)
        // The writing end is this process's for ever; the kernel closes it when that ends, in whatever way.
        let pipe = try DescriptorPair.pipe()
        if isForAll {
            program = ["/bin/sh", "-c", "\"$@\" </dev/null & cat >/dev/null; kill $!", "sh"].map { Array($0.utf8) } + program
            input = DescriptorMapping(pipe.first.rawValue, as: 0)
        }
        var plan = SpawnPlan(
            executable: isForAll ? "/bin/sh" : executable, arguments: program, environment: environment,
            descriptors: [input, DescriptorMapping(output, as: 1), DescriptorMapping(output, as: 2)])
        if isForAll { plan.deathSignal = nil }
        child = try Self.spawner.spawn(plan)
        if isForAll { _ = pipe.second.take() }
    }

    deinit { kill() }

    public var isRunning: Bool { child.exitStatus() == nil }

    /// Ends the program alone; what it started goes on.
    public func stop() {
        child.signal(.terminate)
        _ = child.wait(atMost: .seconds(60))
    }

    /// Kills it and all that it started, as a power cut does.
    public func kill() {
        guard !child.isReaped else { return }
        child.signalTree(.kill)
        _ = child.wait(atMost: .seconds(60))
        child.signalTree(.kill)
        child.reap()
    }
}

/// Runs a program to its end; its output.
@discardableResult
public func run(_ executable: String, _ arguments: [String]) throws -> String {
    let log = FileManager.default.temporaryDirectory.path + "/run-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: log) }
    let running = try Running(executable, arguments, log: log)
    guard running.child.wait(atMost: .seconds(60)) != nil else { throw Timeout() }
    return try String(contentsOfFile: log, encoding: .utf8)
}

public func program(_ name: String) -> String? {
    ["/usr/sbin/", "/usr/bin/", "/bin/", "/sbin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Waits for a condition, as long as a slow machine may need.
public func eventually(_ condition: () throws -> Bool) throws {
    let deadline = SystemClock.monotonic + .seconds(60)
    while try !condition() {
        guard SystemClock.monotonic < deadline else { throw Timeout() }
        usleep(5_000)
    }
}

/// A port of the loopback address that was free a moment ago.
public func freePort() throws -> UInt16 {
    let listener = try Listener()
    return listener.port
}

/// A listening socket of the loopback address, for servers that the tests themselves are.
public final class Listener {
    public let descriptor: Int32
    public let port: UInt16

    public init(backlog: Int32 = 16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (number, isBound) = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let isBound = bind(descriptor, pointer, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, pointer, &length) == 0
                return (0, isBound)
            }
        }
        _ = number
        guard isBound else { throw Missing("a port") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}


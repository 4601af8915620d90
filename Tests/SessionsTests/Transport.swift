import EventLoop
import Foundation
import SSHPlaces
import Spawn
import Testing

@testable import Sessions

/// The ways to a shell that the contract is run over, as far as this machine has them.
enum Transport: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bash, dash, ash
    case relayBash = "relay-bash"
    case relayDash = "relay-dash"
    case relayAsh = "relay-ash"
    case dockerBash = "docker-bash"
    case dockerDash = "docker-dash"
    case dockerAsh = "docker-ash"
    case sshBash = "ssh-bash"
    case sshDash = "ssh-dash"
    case sshAsh = "ssh-ash"

    enum Kind {
        case local
        /// A remote session whose channels are shells on this machine.
        case relay
        case docker
        /// A remote session over a real sshd of this machine.
        case ssh
    }

    var testDescription: String { rawValue }

    var kind: Kind {
        switch self {
        case .bash, .dash, .ash: .local
        case .relayBash, .relayDash, .relayAsh: .relay
        case .dockerBash, .dockerDash, .dockerAsh: .docker
        case .sshBash, .sshDash, .sshAsh: .ssh
        }
    }

    var shell: TestShell {
        switch self {
        case .bash, .relayBash, .dockerBash, .sshBash: .bash
        case .dash, .relayDash, .dockerDash, .sshDash: .dash
        case .ash, .relayAsh, .dockerAsh, .sshAsh: .ash
        }
    }

    /// Its path at the other end.
    var remoteShell: String? {
        switch kind {
        case .local: nil
        case .relay, .ssh: shell == .ash ? TestMachine.ash : shell.rawValue
        case .docker: shell == .ash ? "/bin/sh" : "/bin/" + shell.testDescription
        }
    }

    static let present: [Transport] = allCases.filter { transport in
        guard TestShell.present.contains(transport.shell) else { return false }
        return switch transport.kind {
        case .local, .relay: true
        case .docker: DockerWorld.isRunning
        case .ssh: SSHWorld.isRunning
        }
    }
    static let bashes = present.filter { $0.shell == .bash }
    static let remote = present.filter { $0.kind != .local }
}

/// What all tests of this suite share.
enum TestMachine {
    /// The one spawner of the process.
    nonisolated(unsafe) static let spawner = Spawner(adoptsOrphans: true)

    /// For the directories of all tests.
    static let scratch: String = {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
            + "/sessions-\(ProcessInfo.processInfo.processIdentifier)"
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TestMachine.scratch) }
        return path
    }()

    /// busybox under the name that makes it a shell.
    static let ash: String = {
        let path = scratch + "/sh"
        try? FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: TestShell.ash.rawValue)
        return path
    }()

    /// Runs a program to its end.
    static func run(_ arguments: [String], inheriting names: [String] = []) throws -> (code: Int, out: String, err: String) {
        let loop = try EventLoop()
        let channel = try ProcessChannel(
            .init(executable: arguments[0], arguments: arguments.map { Array($0.utf8) }, inheritedNames: names), loop: loop,
            spawner: spawner, buffer: ReadBuffer())
        var output: [Sessions.OutputStream: [UInt8]] = [:]
        var end: RemoteEnd?
        channel.onOutput = { output[$0, default: []] += $1 }
        channel.onEnd = { end = $0 }
        channel.closeInput()
        let deadline = loop.now + .seconds(120)
        while end == nil, loop.now < deadline { try loop.runOnce(timeout: .seconds(1)) }
        guard case .exited(let code) = end else { throw Harness.Hang() }
        return (
            Int(code), String(decoding: output[.stdout] ?? [], as: UTF8.self),
            String(decoding: output[.stderr] ?? [], as: UTF8.self)
        )
    }
}

/// A place whose channels are shells of this machine: what a remote session does, without a container or a network.
final class RelayPlace: RemotePlace {
    let label = "relay"
    let transport = "relay"
    private let shell: String
    private let loop: EventLoop
    private let spawner: Spawner
    /// All it opened, the session's own first.
    private(set) var channels: [ProcessChannel] = []

    init(shell: String, loop: EventLoop, spawner: Spawner) {
        self.shell = shell
        self.loop = loop
        self.spawner = spawner
    }

    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        let name = Array(shell.split(separator: "/").last!.utf8)
        loop.soon { [self] in
            let channel = try! ProcessChannel(
                .init(executable: shell, arguments: [name, Array("-c".utf8), command], inheritedNames: []), loop: loop,
                spawner: spawner, buffer: ReadBuffer())
            channels.append(channel)
            then(.success(channel))
        }
    }

    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        loop.soon { then(.connectionLost) }
    }
}

import EventLoop
import Foundation
import KnownHosts
import PrivateFiles
import SecretMemory
import SSHTestServer

@testable import SSHClient

extension Sshd {
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

/// Turns the loop until the condition holds, as long as a slow machine may need.
func turn(_ loop: EventLoop, atMost limit: Duration = .seconds(120), until condition: () -> Bool) throws {
    let deadline = loop.now + limit
    while !condition() {
        guard loop.now < deadline else { throw Timeout() }
        try loop.runOnce(timeout: .milliseconds(50))
    }
}

func secret(_ text: String) throws -> SSHSecret {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return SSHSecret(try buffer.take())
}

import EventLoop
import Foundation
import Spawn
import Testing

@testable import Sessions

extension RealShells {
    @Suite("Containers", .serialized, .enabled(if: DockerWorld.isRunning, DockerWorld.reason))
    struct Containers {
        let world: DockerWorld

        init() throws { world = try DockerWorld.shared.get() }

        func open(_ harness: Harness, _ container: String, _ change: (inout DockerOptions) -> Void = { _ in }) throws
            -> any Session
        {
            var options = world.options(container: container)
            change(&options)
            var result: Result<any Session, SessionStartFailure>?
            switch harness.table.container(options) {
            case .failure(let failure): throw SessionStartFailure.place(failure)
            case .success(let place): harness.table.createRemote(in: place, options.shell) { result = $0 }
            }
            try harness.wait { result != nil }
            return try result!.get()
        }

        @Test("A session has a name of its own, bash where there is one, and the container's directory")
        func plain() throws {
            try Harness.run { harness in
                let session = try open(harness, world.container)
                #expect(session.label == "docker:execkit-test")
                #expect(session.identifier.hasSuffix("_docker"))
                let outcome = try harness.run(session, "echo ${BASH_VERSION:+bash}; pwd")
                #expect(outcome.out == "bash\n/\n")
                #expect(outcome.cwd == "/")
                #expect(harness.table.sessions.count == 1)
            }
        }

        @Test("What is wrong is told apart")
        func failures() throws {
            try Harness.run { harness in
                for name in ["", "-x", "--help", ".a", "a b", "a/b", "a;b", "ä", "a\n", "a\0b", String(repeating: "a", count: 129)] {
                    #expect(throws: SessionStartFailure.place(.invalidName)) { try open(harness, name) }
                }
                #expect(throws: SessionStartFailure.place(.programMissing)) {
                    try open(harness, "a") { $0.program = "nosuchengine" }
                }
                #expect(throws: SessionStartFailure.place(.noSuchContainer)) { try open(harness, "nosuch") }
                let elsewhere = harness.directory + "/docker"
                try "#!/bin/sh\nexec docker -H unix:///nowhere/d.sock \"$@\"\n".write(
                    toFile: elsewhere, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: elsewhere)
                #expect(throws: SessionStartFailure.place(.daemonUnreachable)) {
                    try open(harness, world.container) { $0.program = elsewhere }
                }
                try world.run("create", "--network", "none", "--name", "never", DockerWorld.image, "/bin/true")
                defer { _ = try? world.run("rm", "-f", "never") }
                #expect(throws: SessionStartFailure.place(.containerNotRunning(.created))) { try open(harness, "never") }
                try world.startContainer("paused")
                defer { _ = try? world.run("rm", "-f", "paused") }
                try world.run("pause", "paused")
                #expect(throws: SessionStartFailure.place(.containerNotRunning(.paused))) { try open(harness, "paused") }
                try world.startContainer("shellless")
                defer { _ = try? world.run("rm", "-f", "shellless") }
                try world.run("exec", "shellless", "/bin/busybox", "rm", "/bin/sh")
                #expect(throws: SessionStartFailure.place(.noShell)) { try open(harness, "shellless") }
                #expect(harness.table.sessions.isEmpty)
            }
        }

        @Test("A container that stops or is removed in mid-command gives the output so far and the reason", arguments: [
            (["kill"], PlaceFailure.containerNotRunning(.exited)), (["rm", "-f"], .noSuchContainer),
        ])
        func stopped(_ verb: [String], _ failure: PlaceFailure) throws {
            try Harness.run { harness in
                try world.startContainer("passing")
                defer { _ = try? world.run("rm", "-f", "passing") }
                let session = try open(harness, "passing")
                var result: Result<ExecOutcome, ExecFailure>?
                let command = session.execute(ExecRequest("echo part; sleep 1000"), progress: nil) { result = $0 }
                try harness.wait { command.stdout.totalBytes == 5 }
                #expect(try TestMachine.run([world.docker] + verb + ["passing"]).code == 0)
                try harness.wait { result != nil }
                let outcome = try #require(try result?.get())
                #expect(outcome.out == "part\n")
                #expect(outcome.sessionEnd == .placeLost(failure))
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
            }
        }

        @Test("Neither a user without rights nor a file system without room for files is in the way", arguments: [
            ["--user", "12345:12345"], ["--read-only"], ["--read-only", "--user", "12345:12345"],
        ])
        func restricted(_ arguments: [String]) throws {
            try Harness.run { harness in
                let run = ["run", "-d", "--network", "none", "--name", "small"] + arguments
                    + [DockerWorld.image, "/bin/busybox", "sleep", "7200"]
                #expect(try TestMachine.run([world.docker] + run).code == 0)
                defer { _ = try? world.run("rm", "-f", "small") }
                let session = try open(harness, "small")
                #expect(try harness.run(session, "cat; cd /tmp", stdin: "text").out == "text")
                #expect(try harness.run(session, ":").cwd == "/tmp")
                let expired = try harness.expire(session, ExecRequest("echo up; sleep 1000"), after: "up\n")
                #expect(expired.exitCode == 124)
                #expect(try harness.run(session, "echo on").out == "on\n")
            }
        }
    }
}

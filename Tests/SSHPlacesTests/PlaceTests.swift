import EventLoop
import Foundation
import KnownHosts
import PrivateFiles
import SSHClient
import SSHTestServer
import Sessions
import Testing

@testable import SSHPlaces

@Suite("Hosts with a real sshd", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct PlaceTests {
    @Test("An alias becomes a session with the names of the host; its key is new once")
    func session() throws {
        let world = try World(try Sshd())
        let place = try world.connect().get()
        #expect(place.label == "ssh:there" && place.transport.hasPrefix("ssh_\(Sshd.user)@there:"))
        #expect(place.hostKeyWasNew && place.hostKey?.text.hasPrefix("SHA256:") == true && place.notes.isEmpty)
        let session = try world.session(place)
        #expect(session.label == "ssh:there" && session.identifier.hasSuffix("_" + place.transport))
        #expect(try world.run(session, "cd /tmp; echo $((6*7)) $SSH_CONNECTION").out.hasPrefix("42 127.0.0.1"))
        #expect(try world.run(session, "pwd").out == "/tmp\n")
        let again = try world.connect().get()
        #expect(!again.hostKeyWasNew && again.hostKey == place.hostKey)
        #expect(try world.connect { $0.fingerprint = place.hostKey?.text }.get().hostKey == place.hostKey)
    }

    @Test("Sixty-four connections at once on one loop, each with its session, one of them flooding")
    func many() throws {
        let server = try Sshd(options: ["MaxSessions 10"])
        let world = try World(server)
        var places: [Result<SSHPlace, PlaceFailure>] = []
        for _ in 0..<64 { try world.open { places.append($0) } }
        try world.turn { places.count == 64 }
        // All met the host at once; it was new to one of them.
        #expect(try places.count { try $0.get().hostKeyWasNew } == 1)
        #expect(world.scratch.read("known_hosts").split(separator: "\n").count == 1)
        var sessions: [Result<any Session, SessionStartFailure>] = []
        for place in places { world.table.createRemote(in: try place.get(), RemoteShellOptions()) { sessions.append($0) } }
        try world.turn { sessions.count == 64 }
        var all = try sessions.map { try $0.get() }
        let flood = all.removeFirst()
        let flooding = flood.execute(ExecRequest("yes"), progress: nil) { _ in }
        try world.turn { flooding.stdout.totalBytes > 1 << 20 }
        for round in 0..<3 {
            var outputs: [Int: String] = [:]
            for (index, session) in all.enumerated() {
                session.execute(ExecRequest("echo \(round) \(index)"), progress: nil) { outputs[index] = (try? $0.get().out) ?? "failed" }
            }
            try world.turn { outputs.count == 63 }
            #expect(outputs.allSatisfy { $0.value == "\(round) \($0.key)\n" })
        }
        #expect(flooding.isStarted && flood.isBusy)
    }

    @Test("One connection carries a session and its background commands; what the server refuses is told, and the session goes on")
    func maxSessions() throws {
        let world = try World(try Sshd(options: ["MaxSessions 2"]))
        let session = try world.session(try world.connect().get())
        var results: [Result<any BackgroundCommand, ExecFailure>] = []
        for _ in 0..<2 {
            session.startBackground(BackgroundRequest(command: Array("cat; echo end".utf8))) { results.append($0) }
            try world.turn { results.count > 0 }
        }
        try world.turn { results.count == 2 }
        let first = try #require(try? results[0].get())
        guard case .failure(.place(.other("channel_refused", _))) = results[1] else { throw Missing("a refusal") }
        first.closeInput()
        try world.turn { first.exitCode != nil }
        #expect(first.exitCode == 0)
        #expect(try world.run(session, "echo on").out == "on\n")
        let none = try World(try Sshd(options: ["MaxSessions 0"]))
        var start: Result<any Session, SessionStartFailure>?
        none.table.createRemote(in: try none.connect().get(), RemoteShellOptions()) { start = $0 }
        try none.turn { start != nil }
        guard case .failure(.place(.other("channel_refused", _))) = start else { throw Missing("a refusal") }
    }

    @Test("A server without a shell, and one with another command, are told apart", arguments: [
        ("exec /no/such/sh", "noShell"), ("/bin/false", "no_login_shell"), ("echo This account is not available.; exit 1", "no_login_shell"),
        ("kill -9 $$", "no_login_shell"),
    ])
    func shellless(command: String, expected: String) throws {
        let world = try World(try Sshd(options: ["ForceCommand \(command)"]))
        var start: Result<any Session, SessionStartFailure>?
        world.table.createRemote(in: try world.connect().get(), RemoteShellOptions()) { start = $0 }
        try world.turn { start != nil }
        guard case .failure(.place(let failure)) = start else { throw Missing("a failure of the place") }
        if case .other(let word, _) = failure { #expect(word == expected) } else { #expect("\(failure)" == expected) }
    }

    @Test("Every login shell here carries a session", arguments: LoginShellTests.shells)
    func loginShells(shell: String) throws {
        let world = try World(try Sshd(options: ["ForceCommand exec \(shell) -c \"$SSH_ORIGINAL_COMMAND\""]))
        let session = try world.session(try world.connect().get())
        #expect(try world.run(session, "x='a!b\\n'; printf '%s' \"$x\"").out == "a!b\\n")
    }

    @Test("What a login shell prints first is no one's output; one that swallows the session's start is told")
    func startFiles() throws {
        let server = try Sshd()
        let world = try World(server)
        try server.scratch.write(".bashrc", "echo noise; echo noise >&2; printf '\\036x\\037y\\036'\n")
        let session = try world.session(try world.connect().get())
        #expect(try world.run(session, "echo out; echo err >&2") .out == "out\n")
        try server.scratch.write(".bashrc", "cat >/dev/null\n")
        var options = RemoteShellOptions()
        options.startLimit = .seconds(1)
        let place = try world.connect().get()
        #expect(throws: SessionStartFailure.noAnswer) { try world.session(place, options) }
        #expect(try world.run(session, "echo on").out == "on\n")
    }

    @Test("A secret is held no longer than the login needs it")
    func secrets() throws {
        let server = try Sshd()
        let world = try World(server)
        try server.makeKey("locked", kind: "ed25519", passphrase: "open sesame")
        try server.authorize(["locked"])
        try world.scratch.write("keys/locked", server.scratch.read("locked"))
        weak var held: SSHSecret?
        let place: SSHPlace
        do {
            let passphrase = try secret("open sesame")
            held = passphrase
            world.login.passphrase = passphrase
            place = try world.connect { $0.key = "locked" }.get()
            world.login = SSHLogin()
        }
        #expect(held == nil)
        #expect(place.hostKeyWasNew)
    }

    @Test("A server that is killed with all its sessions ends each with its output, and nothing is run again")
    func powerCut() throws {
        let server = try Sshd()
        let world = try World(server)
        let place = try world.connect().get()
        let session = try world.session(place)
        var result: Result<ExecOutcome, ExecFailure>?
        let mark = world.scratch("ran")
        let command = session.execute(ExecRequest("echo ran >>\(mark); echo part; sleep 600"), progress: nil) { result = $0 }
        try world.turn { command.stdout.totalBytes == 5 }
        server.killAll()
        try world.turn { result != nil }
        let outcome = try #require(try result?.get())
        #expect(outcome.out == "part\n" && outcome.exitCode == 255)
        #expect(outcome.sessionEnd == .placeLost(.ssh(.closedByServer(.session))))
        try server.start()
        #expect(world.table.sessions.isEmpty)
        // The place stays lost, though the server is there again.
        #expect(throws: SessionStartFailure.place(.ssh(.closedByServer(.session)))) { try world.session(place) }
        #expect(try String(contentsOfFile: mark, encoding: .utf8) == "ran\n")
    }

    @Test("Jump hosts of the config carry a session, each with its own key; a failure says at which it was")
    func jumps() throws {
        let (first, last) = (try Sshd(), try Sshd())
        let world = try World()
        try world.scratch.write("keys/first", first.scratch.read("id"))
        try world.scratch.write("keys/last", last.scratch.read("id"))
        let keys = world.scratch("keys/")
        try world.config(
            world.there(first, "gate", "IdentityFile \(keys)first") + world.there(last, "there", "IdentityFile \(keys)last\nProxyJump gate"))
        let place = try world.connect().get()
        #expect(place.hostKeyWasNew && place.jumpHostKeys.map(\.wasNew) == [true])
        #expect(place.jumpHostKeys.first?.fingerprint != place.hostKey)
        #expect(try world.connect().get().jumpHostKeys.map(\.wasNew) == [false])
        #expect(try world.run(try world.session(place), "echo $SSH_CONNECTION").out.contains(" \(last.port)"))
        first.killAll()
        #expect(try world.word() == "jump_connection_refused")
    }

    @Test("An agent's key is used when its public half is named, and none other")
    func agent() throws {
        guard let starts = program("ssh-agent"), let add = program("ssh-add") else { return }
        let server = try Sshd()
        let world = try World()
        let socket = world.scratch("agent")
        let agent = try Running(starts, ["-D", "-a", socket], log: world.scratch("log"))
        defer { agent.kill() }
        try eventually { FileManager.default.fileExists(atPath: socket) }
        let adding = try Running(add, [server.scratch("id")], log: world.scratch("log2"), environment: [("SSH_AUTH_SOCK", socket)])
        try eventually { !adding.isRunning }
        world.ground.agentSocket = socket
        try world.config(world.there(server, "there"))
        #expect(try world.word() == nil)
        try world.config(world.there(server, "there", "IdentitiesOnly yes"))
        #expect(try world.word() == "not_authenticated")
        try world.scratch.write("keys/mine.pub", server.scratch.read("id.pub"))
        #expect(try world.word { $0.key = "mine" } == nil)
        #expect(try world.word { $0.key = "other" } == "not_authenticated")
    }

    @Test("An attempt that was cancelled tells nothing and leaves nothing")
    func cancel() throws {
        let world = try World(try Sshd())
        var told = false
        for _ in 0..<3 { try world.open { _ in told = true }.cancel() }
        let late = try world.open { _ in told = true }
        try world.loop.runOnce(timeout: .milliseconds(20))
        late.cancel()
        #expect(try world.word() == nil)
        #expect(!told)
    }
}

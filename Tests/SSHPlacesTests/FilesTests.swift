import Foundation
import PrivateFiles
import SSHClient
import SSHTestServer
import Testing

@testable import SSHPlaces

@Suite("What is read of the operator's directory")
struct FilesTests {
    private func ground(_ scratch: Scratch) throws -> SSHGround {
        SSHGround(
            keyDirectory: try scratch.absolute("home/.ssh"), usualKnownHosts: try scratch.absolute("known"),
            home: try scratch.absolute("home"), localUser: "ann", userNumber: 1)
    }

    private func scratch() throws -> Scratch {
        let scratch = try Scratch()
        for name in ["home", "home/.ssh", "home/.ssh/conf.d"] {
            try FileManager.default.createDirectory(
                atPath: scratch(name), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        return scratch
    }

    /// The user of `h`, and how many files were passed over.
    private func user(_ scratch: Scratch) throws -> (user: String, passedOver: Int) {
        var passedOver = 0
        let ground = try ground(scratch)
        let config = try SSHConfigSource.read(ground.keys) { passedOver += 1 }
        let plan = try SSHPlanner(ground: ground, config: config).plan(SSHWish(host: "h"))
        return (plan.host.user, passedOver)
    }

    @Test("Without a config every host means itself; what is included inside the directory counts")
    func includes() throws {
        let scratch = try scratch()
        #expect(try user(scratch) == ("ann", 0))
        try scratch.write("home/.ssh/config", "Include conf.d/*.conf missing\nHost *\nUser last\n")
        #expect(try user(scratch) == ("last", 0))
        try scratch.write("home/.ssh/conf.d/a.conf", "Host h\nUser included\n", mode: 0o644)
        #expect(try user(scratch) == ("included", 0))
    }

    @Test("Includes elsewhere, through links, or that others can write to are passed over and counted", arguments: [
        "../outside", "~/outside", "/etc/hosts", "conf.d/link", "linked/x", "conf.d/open", "/et*/hosts", "conf.d/../../outside",
    ])
    func elsewhere(include: String) throws {
        let scratch = try scratch()
        try scratch.write("home/outside", "User outside\n")
        try scratch.write("home/.ssh/conf.d/open", "User open\n", mode: 0o666)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: scratch("home/.ssh/conf.d/open"))
        try FileManager.default.createSymbolicLink(atPath: scratch("home/.ssh/conf.d/link"), withDestinationPath: scratch("home/outside"))
        try FileManager.default.createSymbolicLink(atPath: scratch("home/.ssh/linked"), withDestinationPath: scratch("home"))
        try scratch.write("home/x", "User x\n")
        try scratch.write("home/.ssh/config", "Include \(include)\nHost *\nUser last\n")
        #expect(try user(scratch) == ("last", 1))
    }

    @Test("A config that is a link, a directory, or that others can write to stops everything, and says why")
    func unbelievable() throws {
        let scratch = try scratch()
        try scratch.write("home/real", "User real\n")
        let config = scratch("home/.ssh/config")
        try FileManager.default.createSymbolicLink(atPath: config, withDestinationPath: scratch("home/real"))
        #expect(throws: SSHRefusal.configUnusable(.symbolicLink)) { try user(scratch) }
        try FileManager.default.removeItem(atPath: config)
        try FileManager.default.createDirectory(atPath: config, withIntermediateDirectories: false)
        #expect(throws: SSHRefusal.configUnusable(.wrongKind(.directory))) { try user(scratch) }
        try FileManager.default.removeItem(atPath: config)
        try scratch.write("home/.ssh/config", "User real\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o622], ofItemAtPath: config)
        #expect(throws: SSHRefusal.configUnusable(.writableByOthers(mode: 0o622))) { try user(scratch) }
    }

    @Test("Usual keys are offered where they are; an agent is asked only for keys whose public half is there")
    func credentials() throws {
        let scratch = try scratch()
        var ground = try ground(scratch)
        ground.agentSocket = "/run/agent"
        func credentials(_ text: String, _ change: (inout SSHWish) -> Void = { _ in }) throws -> [String] {
            try scratch.write("home/.ssh/config", text)
            var wish = SSHWish(host: "h")
            change(&wish)
            let config = try SSHConfigSource.read(ground.keys) {}
            let route = SSHRoute(try SSHPlanner(ground: ground, config: config).plan(wish), login: SSHLogin(), ground: ground)
            return route.target.credentials.map { credential in
                switch credential {
                case .password: "password"
                case .keyFile(let name, _, _): "key " + (name.split(separator: "/").last ?? "")
                case .agent(_, let only): "agent \(only.map { "\($0)" } ?? "all")"
                }
            }
        }
        #expect(try credentials("") == ["agent all"])
        try scratch.write("home/.ssh/id_ed25519", "x")
        try scratch.write("home/.ssh/work.pub", "ssh-ed25519 AQID ann@home\nsecond line\n", mode: 0o644)
        #expect(try credentials("") == ["agent all", "key id_ed25519"])
        #expect(try credentials("IdentitiesOnly yes") == ["key id_ed25519"])
        let both = "IdentitiesOnly yes\nIdentityFile ~/.ssh/work\nIdentityFile ~/.ssh/none"
        #expect(try credentials(both) == ["agent [[1, 2, 3]]", "key work", "key none"])
        #expect(try credentials("IdentitiesOnly yes\nIdentityFile ~/.ssh/work.pub") == ["agent [[1, 2, 3]]"])
        #expect(try credentials(both) { $0.key = "work" } == ["agent [[1, 2, 3]]", "key work"])
        #expect(try credentials(both) { $0.key = "other" } == ["key other"])
        ground.agentSocket = nil
        #expect(try credentials(both) == ["key work", "key none"])
    }
}

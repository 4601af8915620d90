import Doctor
import Foundation
import Testing

/// What sessions elsewhere have to work with.
@Suite("The doctor on SSH, containers and git", .serialized)
struct TransportTests {
    @Test("libssh2 is shown with its file and its algorithms; RSA with SHA-1 alone is told with the way out, and is no warning")
    func library() {
        let well = Doctor(surroundings()).examine()
        #expect(well.finding("libssh2")?.value == "1.11.1 (/lib/libssh2.so.1)" && well.state("libssh2") == .ok)
        #expect(well.state("RSA keys") == .ok && well.finding("ciphers")?.value == "aes256-ctr aes128-ctr")
        let old = Surroundings.SSH.Library.present(version: "1.10.0", path: nil, signsRSAWithSHA2: false, algorithms: [])
        let report = Doctor(surroundings(ssh: sshFacts(library: old))).examine()
        #expect(report.finding("libssh2")?.value == "1.10.0")
        #expect(report.state("RSA keys") == .off && report.advice("RSA keys").contains("Ed25519"))
    }

    @Test("Without libssh2 nothing is broken: the reason is shown, and no more of the library")
    func noLibrary() {
        let report = Doctor(surroundings(ssh: sshFacts(library: .absent(reason: "install it")))).examine()
        #expect(report.finding("libssh2") == Finding(.ssh, "libssh2", .off, "cannot be used", advice: "install it"))
        #expect(report.finding("RSA keys") == nil && report.exitCode == 0)
    }

    @Test("The agent is asked only where there is a socket, and one that does not answer is a warning")
    func agent() {
        #expect(Doctor(surroundings(ssh: sshFacts(agent: .answered(usable: 1, others: 0)))).examine().state("ssh-agent") == .off)
        func report(_ agent: Surroundings.SSH.Agent) -> DoctorReport {
            Doctor(surroundings(["SSH_AUTH_SOCK": "/run/agent"], ssh: sshFacts(agent: agent))).examine()
        }
        #expect(report(.failed(reason: "no agent answers there")).state("ssh-agent") == .warn)
        #expect(report(.answered(usable: 1, others: 0)).finding("ssh-agent")?.value == "answers at /run/agent: 1 usable key")
        let mixed = report(.answered(usable: 2, others: 3))
        #expect(mixed.state("ssh-agent") == .ok && mixed.finding("ssh-agent")?.value.contains("2 usable keys; 3 of kinds") == true)
        #expect(report(.answered(usable: 0, others: 0)).advice("ssh-agent").contains("ssh-add"))
    }

    @Test("The key directory is shown with mode and owner, and a warning where others can write to it")
    func keyDirectory() throws {
        try withScratch { place throws in
            let name = "EXECKIT_MCP_KEY_DIR"
            let keys = place + "/.ssh"
            #expect(Doctor(surroundings(home: place)).examine().state(name) == .off)
            #expect(Doctor(surroundings([name: place + "/x"])).examine().state(name) == .warn)
            try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: keys)
            let well = Doctor(surroundings(home: place)).examine()
            #expect(well.state(name) == .ok && well.finding(name)?.value == "\(keys) (mode 700, yours)")
            try FileManager.default.setAttributes([.posixPermissions: 0o775], ofItemAtPath: keys)
            let open = Doctor(surroundings(home: place)).examine()
            #expect(open.state(name) == .warn && open.finding(name)?.value == "\(keys) (mode 775, yours)")
            if getuid() == 0 {
                try FileManager.default.setAttributes([.posixPermissions: 0o700, .ownerAccountID: 4_321], ofItemAtPath: keys)
                let others = Doctor(surroundings(home: place)).examine()
                #expect(others.state(name) == .warn && others.finding(name)?.value == "\(keys) (mode 700, of user 4321)")
            }
        }
    }

    @Test("Known servers are counted, and every line that does not count is named")
    func knownHosts() {
        let name = "EXECKIT_MCP_KNOWN_HOSTS"
        func report(_ file: Surroundings.SSH.KnownHosts, _ variables: [String: String] = [:]) -> DoctorReport {
            Doctor(surroundings(variables, home: "/h", ssh: sshFacts(knownHosts: file))).examine()
        }
        #expect(report(.missing).state(name) == .off && report(.missing, [name: "/k"]).state(name) == .warn)
        #expect(report(.unusable(reason: "others can write to it")).state(name) == .warn)
        let whole = report(.read(usable: 1, unreadable: [], authorities: []), [name: "/k"])
        #expect(whole.finding(name) == Finding(.settings, name, .ok, "/k (1 usable line)"))
        let torn = report(.read(usable: 7, unreadable: [3], authorities: [4, 9]), [name: "/k"])
        #expect(torn.state(name) == .warn && torn.finding(name)?.value == "/k (7 usable lines)")
        #expect(torn.advice(name).contains("line 3 cannot be read") && torn.advice(name).contains("lines 4, 9 is of @cert-authority"))
        let many = report(.read(usable: 0, unreadable: Array(1...8), authorities: []), [name: "/k"])
        #expect(many.advice(name).contains("1, 2, 3, 4, 5 and 3 more"))
    }

    @Test("Believing any server is a loud warning")
    func anyHostKey() {
        let name = "EXECKIT_MCP_INSECURE_ACCEPT_ANY_HOSTKEY"
        let report = Doctor(surroundings([name: "1"])).examine()
        #expect(report.state(name) == .warn && report.finding(name)?.value.hasPrefix("ON: ANY SSH SERVER") == true)
        #expect(Doctor(surroundings()).examine().state(name) == .off)
    }

    private func program(_ text: String, at path: String) throws {
        try put(Data("#!/bin/sh\n\(text)\n".utf8), path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    @Test("The containers' program is asked for its version, with the variables that say where its daemon is and no others")
    func container() throws {
        try withScratch { place throws in
            let path = ["PATH": place + ":/usr/bin:/bin", "DOCKER_HOST": "unix:///x", "TOKEN": "t"]
            try program(#"[ "$*" = version ] && [ "$DOCKER_HOST" = unix:///x ] && [ -z "$TOKEN" ]"#, at: place + "/docker")
            let well = Doctor(surroundings(path)).examine()
            #expect(well.state("docker") == .ok && well.finding("docker")?.value == place + "/docker; its daemon answers")
            #expect(well.finding("EXECKIT_MCP_DOCKER")?.value == "docker (standard)")
            try program("exit 1", at: place + "/podman")
            let failed = Doctor(surroundings(path.merging(["EXECKIT_MCP_DOCKER": "podman"]) { $1 })).examine()
            #expect(failed.state("docker") == .warn && failed.finding("docker")?.value == place + "/podman" && failed.exitCode == 0)
        }
    }

    @Test("A daemon that says nothing is given up, and what was started is ended")
    func silentDaemon() throws {
        try withScratch { place throws in
            try program("echo $$ > '\(place)/pid'; exec sleep 600", at: place + "/engine")
            let report = Doctor(surroundings(["EXECKIT_MCP_DOCKER": place + "/engine"])).examine()
            #expect(report.state("docker") == .warn && report.advice("docker").contains("within 5 s"))
            let pid = try #require(Int32(String(decoding: try bytes(place + "/pid"), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(pid, 0) == -1)
        }
    }

    @Test("A containers' program that the operator named and that is not there is broken; one that nobody named is not")
    func noContainerProgram() {
        let none = Doctor(surroundings(["PATH": "/nowhere"])).examine()
        #expect(none.state("docker") == .off && none.state("EXECKIT_MCP_DOCKER") == .ok)
        for (value, advice) in [("podman", "not in PATH"), ("/nowhere/docker", "no such program")] {
            let named = Doctor(surroundings(["PATH": "/nowhere", "EXECKIT_MCP_DOCKER": value])).examine()
            #expect(named.state("EXECKIT_MCP_DOCKER") == .broken && named.exitCode == 1)
            #expect(named.advice("EXECKIT_MCP_DOCKER").contains(advice) && named.state("docker") == .off)
        }
    }

    @Test("git is looked for")
    func git() throws {
        try withScratch { place throws in
            try program("exit 0", at: place + "/git")
            let there = Doctor(surroundings(["PATH": place + ":/usr/bin:/bin"])).examine()
            #expect(there.state("git") == .ok && there.finding("git")?.value == place + "/git")
            #expect(Doctor(surroundings(["PATH": "/nowhere"])).examine().state("git") == .off)
        }
    }
}

import Foundation
import Testing

@testable import SSHConfig

private let here = SSHConfigSurroundings(user: "ann", home: "/home/ann", userNumber: 7)

private func resolve(_ alias: String, _ text: String, _ files: [String: String] = [:]) -> SSHAlias {
    SSHConfig.resolve(
        alias, text: Array(text.utf8), surroundings: here,
        files: SSHConfigFiles(
            read: { files[$0].map { Array($0.utf8) } },
            list: { directory in
                files.keys.filter { $0.hasPrefix(directory + "/") && !$0.dropFirst(directory.count + 1).contains("/") }
                    .map { String($0.dropFirst(directory.count + 1)) }
            }))
}

@Suite("ssh_config as a value")
struct SSHConfigTests {
    @Test("Everything of an alias, with its tokens")
    func all() {
        let text = """
            Host web
              HostName %h.example
              User=bob
              Port = 2200
              IdentityFile ~/.ssh/%n-%h-%p-%r
              IdentityFile "%d/keys/my key"
              IdentityFile /keys/%u%%%i
              IdentitiesOnly yes
              ProxyJump carol@gate:2222,[::1]:99,ssh://last
              UserKnownHostsFile ~/.ssh/a /b
              HostKeyAlias web-key
              ServerAliveInterval 1m30s
              ServerAliveCountMax 5
              ConnectTimeout 7
            """
        #expect(resolve("web", text) == SSHAlias(
            hostName: "web.example", user: "bob", port: 2200,
            identityFiles: ["/home/ann/.ssh/web-web.example-2200-bob", "/home/ann/keys/my key", "/keys/ann%7"], identitiesOnly: true, refusesUnknownHosts: false,
            jumps: [SSHJump(user: "carol", host: "gate", port: 2222), SSHJump(user: nil, host: "::1", port: 99), SSHJump(user: nil, host: "last", port: nil)],
            knownHostsFiles: ["/home/ann/.ssh/a", "/b"], hostKeyAlias: "web-key", aliveInterval: 90, aliveCount: 5,
            connectTimeout: 7, isNamed: true, notes: []))
        let nothing = resolve("other", text)
        #expect(nothing.hostName == "other" && nothing.user == nil && nothing.port == 22 && nothing.identityFiles == nil && !nothing.isNamed)
    }

    @Test("Includes: relative to ~/.ssh, globs, inside blocks that match or not, cycles, depth")
    func includes() {
        let files = [
            "/home/ann/.ssh/conf.d/10": "Host a\n User ten\n", "/home/ann/.ssh/conf.d/20": "User twenty\nPort 20\n",
            "/home/ann/.ssh/conf.d/.hidden": "Port 1\n", "/etc/loop": "Include /etc/loop\nUser loop\n", "/home/ann/x": "Port 5\n",
        ]
        #expect(resolve("a", "Include conf.d/*\n", files).user == "ten")
        #expect(resolve("a", "Include conf.d/*\n", files).port == 20)
        #expect(resolve("b", "Include conf.d/*\n", files).user == "twenty")
        #expect(resolve("b", "Host c\nInclude conf.d/*\nHost b\nPort 3\n", files).port == 3)
        #expect(resolve("b", "Host c\nInclude conf.d/*\nHost b\nPort 3\n", files).user == nil)
        #expect(resolve("b", "Include ~/x /missing\n", files).port == 5)
        let loop = resolve("b", "Include /etc/loop\nPort 4\n", files)
        #expect(loop.user == "loop" && loop.port == 4 && loop.notes.contains { $0.kind == .includeTooDeep })
    }

    @Test("What is not followed is told")
    func notes() {
        let text = """
            Match exec "true"
              User evil
            Match final host x
              User evil
            Host *
              Port 99999
              ProxyCommand nc %h %p
              ProxyJump gate
              IdentityFile ${HOME}/x
              IdentityFile %C
              User "open
            """
        let alias = resolve("x", text)
        #expect(alias.user == nil && alias.port == 22 && alias.jumps.isEmpty && alias.identityFiles == [])
        #expect(alias.notes == [
            SSHConfigNote(kind: .unsupportedMatch, line: 1), SSHConfigNote(kind: .unsupportedMatch, line: 3),
            SSHConfigNote(kind: .badValue, line: 6), SSHConfigNote(kind: .badLine, line: 11),
            SSHConfigNote(kind: .proxyCommand, line: 0), SSHConfigNote(kind: .unsupportedToken, line: 0),
            SSHConfigNote(kind: .unsupportedToken, line: 0),
        ])
    }

    @Test("Hostile text never crashes and never takes long")
    func hostile() {
        var state: UInt64 = 7
        let pieces = ["Host ", "Match host ", "Include ", "ProxyJump ", "IdentityFile ", "\"", "'", "\\", "=", "%", "*", "!", "\n", " ", "\t", "#", "[", "]:", "@", "${", "x", "\0", "é", "99999999999999999999", "/"]
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            _ = resolve("x", text)
        }
        let long = String(repeating: "Host *\nUser x\nIdentityFile a\n", count: 20_000)
        #expect(resolve("x", long).user == "x")
    }
}

/// What `ssh -G` makes of the same text.
@Suite("ssh_config as ssh reads it", .serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh"), "ssh is not installed here"))
struct OpenSSHTwinTests {
    static let texts = [
        "Host a b\n Port 1\nHost *\n Port 2\n User u\n",
        "Host *.x !bad.x\n HostName %h.example\n User \"q\"\nHost bad.x\n HostName other%%\n",
        "host A\n port 5\nHOST a\n PORT 6\n",
        "Host a?\n Port 7\nHost a*\n Port 8\n",
        "Match all\n User m\n",
        "Host a\n HostName real.example\nMatch host real.example\n User matched\nMatch host a\n User wrong\n",
        "Match host a,b,!ab\n Port 9\nMatch !host a\n Port 10\n",
        "Match originalhost a user nobody\n Port 11\nMatch originalhost a\n Port 12\n",
        "User one two\n",
        "# c\n\n  User = x # trailing\n",
        "User=x\nPort=\"77\"\n",
        "IdentityFile a\nIdentityFile \"b c\"\nIdentityFile a\nIdentityFile 'd'\nIdentityFile e\\ f\n",
        "ProxyJump u@h:22,i\n",
        "ProxyJump none\nProxyJump x\n",
        "ProxyCommand none\nProxyJump x\n",
        "Host a\n ProxyJump j\nHost *\n ProxyCommand c\n",
        "ServerAliveInterval 2m\nConnectTimeout 1h\nServerAliveCountMax 9\n",
        "ConnectTimeout none\nServerAliveInterval 0\n",
        "UserKnownHostsFile /a \"/b c\"\nHostKeyAlias k\n",
        "IdentitiesOnly TRUE\nIdentitiesOnly no\n",
        "Host \"a\" 'b'\n Port 13\n",
        "\tHost\ta\t\n\tPort\t14\r\n",
        "Include INCLUDED\nUser after\n",
        "Host b\n Include INCLUDED\nHost *\n User after\n",
        "Host a\n Include INCLUDED\n User inside\n",
        "Match host a\n Include INCLUDED\n",
    ]
    static let included = "Port 21\nHost a\n User included\nHost b\n HostName inb\n"

    @Test("The same alias means the same", arguments: texts)
    func twin(_ text: String) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let included = scratch.appendingPathComponent("included").path
        try Data(Self.included.utf8).write(to: URL(fileURLWithPath: included))
        let text = text.replacingOccurrences(of: "INCLUDED", with: included)
        let file = scratch.appendingPathComponent("config").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let user = try run("/usr/bin/id", ["-un"]).trimmingCharacters(in: .newlines)
        let surroundings = SSHConfigSurroundings(user: user, home: "/nowhere", userNumber: 0)
        let files = SSHConfigFiles(read: { $0 == included ? Array(Self.included.utf8) : nil }, list: { _ in [] })
        for alias in ["a", "b", "A", "ab", "good.x", "bad.x"] {
            let output = try run("/usr/bin/ssh", ["-G", "-F", file, alias])
            var theirs: [String: [String]] = [:]
            for line in output.split(separator: "\n") {
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                theirs[parts[0], default: []].append(parts.count > 1 ? parts[1] : "")
            }
            var reader = ConfigReader(alias: alias, surroundings: surroundings, files: files)
            reader.read(Array(text.utf8), isActive: true, depth: 0)
            let raw = reader
            let ours = reader.result()
            // ssh refuses the whole file where we leave out a line and say so.
            #expect(output.isEmpty == !ours.notes.filter { $0.kind != .proxyCommand }.isEmpty, "\(alias)")
            if output.isEmpty { continue }
            #expect(theirs["hostname"] == [ours.hostName.lowercased()], "\(alias)")
            #expect(theirs["user"] == [ours.user ?? user], "\(alias)")
            #expect(theirs["port"] == ["\(ours.port)"], "\(alias)")
            if !raw.identityFiles.isEmpty { #expect(theirs["identityfile"] == raw.identityFiles, "\(alias)") }
            #expect(theirs["identitiesonly"] == [ours.identitiesOnly ? "yes" : "no"], "\(alias)")
            let jump = raw.values["proxyjump"]?.first
            #expect(theirs["proxyjump"]?.first == (jump == "none" ? nil : jump), "\(alias)")
            if let known = ours.knownHostsFiles { #expect(theirs["userknownhostsfile"] == [known.joined(separator: " ")], "\(alias)") }
            #expect(theirs["hostkeyalias"]?.first == ours.hostKeyAlias, "\(alias)")
            #expect(theirs["serveraliveinterval"] == ["\(ours.aliveInterval ?? 0)"], "\(alias)")
            #expect(theirs["connecttimeout"] == [ours.connectTimeout.map { "\($0)" } ?? "none"], "\(alias)")
        }
    }

    private func run(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}

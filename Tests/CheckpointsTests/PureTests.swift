import Foundation
import Testing

@testable import Checkpoints

@Suite struct Pure {
    @Test func idsAreFortyOrSixtyFourDigits() throws {
        for text in ["", "abc", String(repeating: "g", count: 40), String(repeating: "A", count: 40), "-" + String(repeating: "a", count: 39),
            String(repeating: "a", count: 39), String(repeating: "a", count: 41), String(repeating: "a", count: 39) + "\n", "HEAD"]
        {
            #expect(throws: CheckpointError.malformedID) { try CheckpointID(text) }
        }
        #expect(try CheckpointID(String(repeating: "0", count: 40)).text.count == 40)
        #expect(try CheckpointID(String(repeating: "f", count: 64)).text.count == 64)
    }

    @Test(arguments: ["", "a/../b", "..", "/a", "a//b", "./a", ".git", "a/.GIT/b", "a\0"])
    func pathsOutOfTheWorkspaceAreRefused(path: String) {
        #expect(throws: CheckpointError.malformedPath(index: 1)) { try CheckpointScope(workspace: "/w", paths: ["a", path]) }
    }

    @Test(arguments: ["", "!a", "a/**/b", "a\nb", "/", "//", "a//b", "../a", "a\\", "**/!x", "a**"])
    func patternsThatMeanDifferentThingsToDifferentToolsAreRefused(pattern: String) {
        #expect(throws: CheckpointError.malformedIgnore(index: 0)) { try CheckpointScope(workspace: "/w", ignores: [pattern]) }
    }

    @Test(arguments: ["", "w", "/", "///", "/a\0"])
    func workspacesAreAbsolute(path: String) {
        #expect(throws: CheckpointError.malformedWorkspace) { try CheckpointScope(workspace: path) }
    }

    @Test func aQuotedWordComesOutOfAShellAsItWentIn() throws {
        for shell in ["/bin/sh", "/bin/bash", "/usr/bin/busybox"] where FileManager.default.isExecutableFile(atPath: shell) {
            let hostile = Array(1...255).map { UInt8($0) } + Array("'\"$(touch x)`id`\\\n".utf8)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: shell)
            process.arguments = shell.hasSuffix("busybox") ? ["ash"] : []
            process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]
            let (input, output) = (Pipe(), Pipe())
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            input.fileHandleForWriting.write(Data(Array("printf %s ".utf8) + ShellText.quoted(hostile) + [10]))
            try input.fileHandleForWriting.close()
            #expect(Array(output.fileHandleForReading.readDataToEndOfFile()) == hostile)
        }
    }

    @Test func scopesThatDifferHaveDifferentFingerprints() throws {
        let scopes = try [
            CheckpointScope(workspace: "/w"), CheckpointScope(workspace: "/w2"), CheckpointScope(workspace: "/w", paths: ["a"]),
            CheckpointScope(workspace: "/w", ignores: ["a"]), CheckpointScope(workspace: "/w", paths: ["a", "b"]),
            CheckpointScope(workspace: "/w", paths: ["ab"]), CheckpointScope(workspace: "/w", ignores: ["a/"]),
        ]
        #expect(Set(scopes.map(\.fingerprint)).count == scopes.count)
    }

    /// What a runner takes is 64 KiB (`CheckpointRunner`); a long list of patterns has to fit too.
    @Test(arguments: Backend.both) func scriptsAreNotLongerThanARunnerTakes(backend: Backend) throws {
        let scope = try CheckpointScope(workspace: "/w", ignores: (0..<20).map { "some/place\($0)/*.log" })
        let scripts = StoreScripts(scope: scope, store: Array("~/s".utf8), retention: .init(), backend: backend)
        let id = try CheckpointID(String(repeating: "a", count: 64))
        let all = [
            scripts.create(.automatic, label: Array(repeating: 1, count: 1024)), scripts.compare(id, isRestore: true), scripts.diff(id, limit: 1),
            scripts.apply(id, safety: id), scripts.prune(), scripts.list(), scripts.remove(),
        ]
        #expect(all.allSatisfy { $0.count < 65_536 && !$0.contains(0) }, "\(all.map(\.count))")
    }

    @Test func manifestsAreReadByteForByte() throws {
        let manifest = try #require(Manifest(Array("d755 0 0 .\0d1777 0 5 ./a b\0f4750 1 2 ./-x\n y\0".utf8)))
        #expect(manifest.directories.keys.sorted(by: Path.precedes) == [Array(".".utf8), Array("a b".utf8)])
        #expect(manifest.files == [Array("-x\n y".utf8): .init(mode: 0o4750, owner: Array("1:2".utf8))])
        #expect(Manifest(Array("d755 0 0\0".utf8)) == nil)
        #expect(Manifest(Array("z755 0 0 ./a\0".utf8)) == nil)
        #expect(Manifest(Array("d9 0 0 ./a\0".utf8)) == nil)
    }

    @Test func answersThatAreCutAreNotBelieved() {
        let id = String(repeating: "a", count: 40)
        let whole = Array("created\0\(id)\u{0}1\u{0}3\u{0}2\u{0}1\u{0}report\u{0}4\u{0}e.x\u{0}".utf8)
        var answer = ScriptAnswer(whole)
        #expect(answer.created()?.leftOut == [LeftOut(reason: .secret, path: Array(".x".utf8))])
        for length in 0..<whole.count {
            var answer = ScriptAnswer(Array(whole[..<length]))
            let isJustTheFields = length == Array("created\0\(id)\u{0}1\u{0}3\u{0}2\u{0}1\u{0}".utf8).count
            #expect((answer.created() == nil) != isJustTheFields)
        }
    }

    /// Names that no checkpoint may hold, and some that only look like it.
    @Test func secretNamesAreToldTheSameByEveryForm() throws {
        let secret = [".env", ".ENV", ".Env.local", "prod.env", "id_rsa", "ID_RSA.bak", "server.PEM", "a.key", ".netrc", ".npmrc", ".ssh", "x.tfstate"]
        let plain = ["env", ".environment.d", "xid_rsa", "pem", "key", "a.keys", ".netrc2", "main.swift", "tfstate"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "for n; do case $n in \(NamePatterns.secretCase)) echo \"$n\" ;; esac; done", "sh"] + secret + plain
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(told.split(separator: "\n").map(String.init) == secret)
    }
}

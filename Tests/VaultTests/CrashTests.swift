import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
import VaultStore

extension AllOfTheVault {
    /// Processes that write to a vault are killed in the middle of it, again and again.
    @Suite("kill -9 while writing") struct CrashTests {
        private static let rounds = 36

        /// The built program beside the running tests.
        private static func writer() throws -> String {
            var directory = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            while directory.path != "/" {
                directory.deleteLastPathComponent()
                let beside = directory.appendingPathComponent("vault-writer").path
                if FileManager.default.isExecutableFile(atPath: beside) { return beside }
            }
            throw CocoaError(.fileNoSuchFile)
        }

        @Test("Nothing committed is lost, nothing is there by half, nothing lacks its row of the log")
        func killed() throws {
            let scratch = try Scratch()
            let directory = try scratch.path()
            let vault = try scratch.vault()
            var random = SplitMix(state: 20_261_121)
            var promised: [SecretPlace: [Int: String]] = [:]
            var seen = 0
            for round in 0..<Self.rounds {
                let project = try vault.createProject(named: "round\(round)", environments: ["dev"]).id
                // Every third time two write at once.
                var writers = [("R\(round)A_", try start(directory, project, "R\(round)A_"))]
                if round % 3 == 2 { writers.append(("R\(round)B_", try start(directory, project, "R\(round)B_"))) }
                for (_, program) in writers { #expect(program.line() == "ready") }
                let wanted = 1 + Int(random.next() % 140)
                for _ in 0..<wanted {
                    for (prefix, program) in writers { try take(program.line(), project, prefix, &promised) }
                }
                // Between two lines the writer is anywhere in its next transaction.
                for _ in 0..<(random.next() % 20_000) { random.state &+= 1 }
                for (_, program) in writers { program.kill() }
                for (prefix, program) in writers {
                    while let line = program.line() { try take(line, project, prefix, &promised) }
                    program.wait()
                }
                try inspect(directory, promised.filter { $0.key.project == project }, project, &seen)
            }
            #expect(promised.values.map(\.count).reduce(0, +) > 2000)
            let report = try vault.check()
            #expect(report.isSound)
            // Every value that was promised opens, and is the one that was written.
            for (place, versions) in promised {
                guard try vault.locked.store.secret(place) != nil else { continue }
                for version in try vault.locked.store.versions(place).map(\.version) {
                    guard let value = versions[version] else { continue }
                    let shown = text(try vault.reveal(place, version: version))
                    #expect(shown == value)
                }
            }
        }

        private func start(_ directory: AbsolutePath, _ project: String, _ prefix: String) throws -> Program {
            try Program(try Self.writer(), [directory.text, project, prefix])
        }

        /// Notes what a writer said is committed.
        private func take(
            _ line: String?, _ project: String, _ prefix: String, _ promised: inout [SecretPlace: [Int: String]]
        ) throws {
            let words = try #require(line).split(separator: " ").map(String.init)
            try #require(words.count == 3 && words[0].hasPrefix(prefix), "\(line ?? "")")
            let place = SecretPlace(project: project, environment: "dev", key: words[0])
            promised[place, default: [:]][try #require(Int(words[1]))] = prefix + words[2]
        }

        /// Reads as a program does that starts after the crash.
        private func inspect(
            _ directory: AbsolutePath, _ promised: [SecretPlace: [Int: String]], _ project: String, _ seen: inout Int
        ) throws {
            let store = try VaultStore.open(in: directory)
            #expect(try store.damage() == (0, 0))
            #expect(try store.firstBrokenAction() == nil)
            var stored: [SecretPlace: Set<Int>] = [:]
            for (secret, versions) in try store.frames(of: project) {
                stored[secret.place, default: []].formUnion(versions.map(\.version))
            }
            for (place, versions) in promised {
                #expect(stored[place, default: []].isSuperset(of: versions.keys), "\(place.key) lost a committed version")
            }
            // One row of the log for each version, and one version for each row.
            let fresh = try store.actions(limit: .max).filter { $0.seq > seen }
            seen += fresh.count
            let rows = fresh.filter { $0.action == "secret.set" }
            #expect(rows.count == stored.values.map(\.count).reduce(0, +))
            for row in rows {
                let detail = try #require(try JSONSerialization.jsonObject(with: Data(row.detail.utf8)) as? [String: Any])
                let place = SecretPlace(
                    project: try #require(detail["project"] as? String), environment: "dev",
                    key: try #require((detail["keys"] as? [String])?.first))
                #expect(stored[place, default: []].contains(try #require(detail["version"] as? Int)))
            }
            try store.close()
        }
    }
}

struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

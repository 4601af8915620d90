import AuditLog
import CommandPolicy
import Doctor
import Foundation
import PrivateFiles

/// A fresh directory, removed at the end.
func withScratch<Value>(_ body: (String) throws -> Value) throws -> Value {
    // The real path: a temporary folder reached through a symbolic link is refused by design.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    let place = base.appendingPathComponent("execkit-doctor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    return try body(place.path)
}

/// Surroundings in which all is well, but for what a test gives.
func surroundings(
    _ variables: [String: String] = [:], home: String = "/", passwdHome: String? = "/",
    executable: String? = "/usr/bin/env", policy: Surroundings.PolicyState = .loaded(CommandPolicy()),
    hasMemoryFiles: Bool = true,
    keeper: Surroundings.KeeperState = .answered(vault: "present", isUsable: true, advice: ""),
    ssh: Surroundings.SSH = sshFacts(), clients: [Surroundings.Client] = []
) -> Surroundings {
    var all = ["HOME": home, "PATH": "/usr/bin:/bin"]
    all.merge(variables) { $1 }
    return Surroundings(
        version: "9.9", executable: executable, lookup: { [all] in all[$0] }, names: Array(all.keys),
        passwdHome: passwdHome, loadPolicy: { _ in policy }, hasMemoryFiles: hasMemoryFiles, askKeeper: { _ in keeper },
        ssh: ssh, containerVariables: ["DOCKER_HOST"], clients: clients)
}

/// SSH as on a machine where all is well and nothing is configured, but for what a test gives.
func sshFacts(
    library: Surroundings.SSH.Library = .present(
        version: "1.11.1", path: "/lib/libssh2.so.1", signsRSAWithSHA2: true,
        algorithms: [.init(kind: "ciphers", names: ["aes256-ctr", "aes128-ctr"])]),
    knownHosts: Surroundings.SSH.KnownHosts = .missing, agent: Surroundings.SSH.Agent = .failed(reason: "never asked")
) -> Surroundings.SSH {
    Surroundings.SSH(library: { library }, readKnownHosts: { _ in knownHosts }, askAgent: { _ in agent })
}

extension DoctorReport {
    func finding(_ name: String) -> Finding? { findings.first { $0.name == name } }
    func state(_ name: String) -> Finding.State? { finding(name)?.state }
    func advice(_ name: String) -> String { finding(name)?.advice ?? "" }
}

/// A log of some records, closed.
func writeLog(_ name: String, in directory: String, records: Int) throws {
    let log = try AuditLog(in: Directory(at: AbsolutePath(directory)), name: name, durability: .none, now: { 1_700_000_000_000 })
    for index in 0..<records { try log.append(AuditEvent(.open, session: "s\(index)")) }
}

func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

func put(_ data: Data, _ path: String) throws { try data.write(to: URL(fileURLWithPath: path)) }

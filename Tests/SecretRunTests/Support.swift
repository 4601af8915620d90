import EventLoop
import Foundation
import KeeperClient
import KeeperProtocol
import Keyring
import PrivateFiles
import SecretMemory
import Sessions
import Spawn
import Testing
import UseRule
import ValueRedaction
import VaultStore

@testable import SecretRun
@testable import Vault
@testable import VaultCrypto

/// Suites that run programs with secrets of a real vault, kept by the real keeper; one after the other.
@Suite("Runs with secrets", .serialized)
struct WithVault {}

/// One RSA key for all vaults of the tests: making one takes a while.
private let der = Result { () throws -> [UInt8] in
    let key = try PrivateKey.generate(bits: 2048)
    return key.der.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
}

func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in bytes { try buffer.append(byte) }
    return try buffer.take()
}

/// A vault with one project, unlocked as after `execkit unlock`; the keeper, and all that runs programs with it.
final class Bench {
    static let password = "correct horse battery"
    let root: String
    let home: AbsolutePath
    let vaultID: String
    let shop: String
    let loop = try! EventLoop()
    let spawner = Spawner(adoptsOrphans: true)
    let keeper: KeeperClient
    let runs: DirectRuns
    let files: ValueFiles
    let secrets: SecretRuns
    let known = try! KnownValues()
    /// Programs that were recorded.
    var recorded: [String] = []
    var recordFails = false
    /// What the person answers; nil: nothing, for now.
    var answer: Bool? = true
    var asked: [KeeperProtocol.Confirmation] = []
    var registers = true
    var pending: [(Bool) -> Void] = []

    init() throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/secret-run-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        home = try AbsolutePath(root + "/home")
        let cheap = KDFParameters(
            version: 1, memoryKiB: 8 * 1024, passes: 1, lanes: 1, outputLength: 32, salt: try PrivateFiles.randomBytes(16))
        let vault = try LockedVault.create(
            in: home, password: try secret(Array(Self.password.utf8)), cheap, try PrivateKey(der: try secret(try der.get())))
        shop = try vault.createProject(named: "shop", environments: ["dev"]).id
        vaultID = try vault.locked.store.vault().id
        try vault.locked.store.close()
        setenv("EXECKIT_HOME", home.text, 1)
        keeper = KeeperClient(loop: loop, spawner: spawner, path: try Self.program(), patience: .seconds(100))
        runs = DirectRuns(loop: loop, spawner: spawner)
        files = ValueFiles(runtimeDirectory: nil)
        secrets = SecretRuns(loop: loop, keeper: keeper, runs: runs, files: files)
        try unlock()
    }

    static func run(_ body: (Bench) throws -> Void) throws {
        let bench = try Bench()
        defer {
            bench.runs.endAllNow()
            bench.keeper.shutdown()
            bench.files.removeAll()
            UnlockedKey(vault: bench.vaultID).forget()
            unsetenv("EXECKIT_HOME")
            #expect(bench.spawner.orphans().isEmpty)
            try? FileManager.default.removeItem(atPath: bench.root)
        }
        try body(bench)
    }

    struct Missing: Error {}
    struct Hang: Error {}
    struct Full: Error {}

    /// The keeper built beside this test bundle.
    static func program() throws -> String {
        for path in [ThisProcess.executablePath ?? ""] + CommandLine.arguments {
            let beside = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("execkit-keeper").path
            if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        }
        throw Missing()
    }

    func wait(_ condition: () throws -> Bool) throws {
        let deadline = loop.now + .seconds(120)
        while try !condition() {
            guard loop.now < deadline else { throw Hang() }
            try loop.runOnce(timeout: .milliseconds(20))
        }
    }

    /// What `execkit unlock` does.
    func unlock() throws {
        let key = try LockedVault.open(in: home).sessionKey(password: try secret(Array(Self.password.utf8)))
        try UnlockedKey(vault: vaultID).remember(key, idle: 900)
    }

    /// What the person does in another program.
    func byPerson(_ body: (borrowing UnlockedVault) throws -> Void) throws {
        let vault = try LockedVault.open(in: home).unlock(password: try secret(Array(Self.password.utf8)))
        try body(vault)
        try vault.locked.store.close()
    }

    func place(_ key: String) -> SecretPlace { SecretPlace(project: shop, environment: "dev", folder: "", key: key) }

    func set(_ values: [String: String]) throws { try set(values.mapValues { Array($0.utf8) }) }

    func set(_ values: [String: [UInt8]]) throws {
        try byPerson { vault in
            for (key, value) in values { try vault.set(place(key), try secret(value)) }
        }
    }

    func rule(_ key: String, _ change: @escaping (inout UseRule) -> Void) throws {
        try byPerson { vault in
            try vault.changeRule(place(key)) { old in
                var new = old
                change(&new)
                return new
            }
        }
    }

    /// The newest rows of the vault's log, newest first or last as the store gives them: action and detail.
    func log() throws -> [(action: String, detail: String)] {
        try LockedVault.open(in: home).store.actions(limit: 500).map { ($0.action, $0.detail) }
    }

    var steps: SecretRunSteps {
        SecretRunSteps(
            record: { [unowned self] program in
                if recordFails { throw Full() }
                recorded.append(program)
            },
            confirm: { [unowned self] confirmation, then in
                asked.append(confirmation)
                if let answer { loop.soon { then(answer) } } else { pending.append(then) }
            },
            register: { [unowned self] key, value, isWeakAllowed throws(ValueRefusal) in
                guard registers else { return }
                do throws(ValueRedactionError) {
                    try known.add(key, value, allowingWeak: isWeakAllowed)
                } catch {
                    switch error {
                    case .weak: throw .weak
                    case .tooShort: throw .tooShort
                    case .tooLong: throw .tooLong
                    case .unusableName: throw .unusableName
                    case .memory: throw .noLockedMemory
                    }
                }
            })
    }

    func request(
        _ arguments: [String], _ keys: [String], as delivery: OpenedEntry.Delivery? = nil, stdin: String? = nil,
        timeout: Duration? = nil
    ) -> SecretRunRequest {
        SecretRunRequest(
            arguments: arguments, recorded: arguments, workingDirectory: root, stdin: stdin.map { Array($0.utf8) },
            secrets: SecretSelection(keys: keys, project: "shop", environment: "dev", origin: root, delivery: delivery),
            timeout: timeout)
    }

    func run(_ request: SecretRunRequest) throws -> Result<SecretRunOutcome, SecretRunFailure> {
        var result: Result<SecretRunOutcome, SecretRunFailure>?
        secrets.start(request, steps: steps) { result = $0 }
        #expect(result == nil)
        try wait { result != nil }
        return result!
    }

    func sh(
        _ script: String, _ keys: [String], as delivery: OpenedEntry.Delivery? = nil, stdin: String? = nil,
        timeout: Duration? = nil
    ) throws -> Result<SecretRunOutcome, SecretRunFailure> {
        try run(request(["sh", "-c", script], keys, as: delivery, stdin: stdin, timeout: timeout))
    }

    /// Waits until the vault's log tells such an end of a run.
    func waitForEnd(_ outcome: EndedRun.Outcome) throws {
        try wait { try log().contains { $0.detail.contains("\"\(outcome.rawValue)\"") } }
    }

    /// The files with values of every server on this machine.
    func valueFiles() -> [String] {
        let base = "/dev/shm"
        let homes = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).filter { $0.hasPrefix("execkit-values-") }
        return homes.flatMap { home in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(base)/\(home)")) ?? []).map { "\(home)/\($0)" }
        }.filter { !$0.hasSuffix("/lock") }
    }

    static var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1 }
}

extension Result where Success == SecretRunOutcome, Failure == SecretRunFailure {
    var out: String? { (try? get()).map { String(decoding: $0.direct.stdout.contents(), as: UTF8.self) } }
    var err: String? { (try? get()).map { String(decoding: $0.direct.stderr.contents(), as: UTF8.self) } }
    var code: Int? { (try? get())?.direct.exitCode }
    var failure: SecretRunFailure? { if case .failure(let failure) = self { failure } else { nil } }
}

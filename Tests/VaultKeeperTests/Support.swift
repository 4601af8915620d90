import Foundation
import HelperRun
import KeeperProtocol
import Keyring
import PrivateFiles
import SecretMemory
import Spawn
import StoreReferences
import Testing
import VaultStore

@testable import Vault
@testable import VaultCrypto
@testable import VaultKeeper

/// All suites of this target use the kernel's keyring of this user and processes, so they run one after the other.
@Suite("Vault keeper", .serialized) enum AllOfTheKeeper {}

func secret(_ text: String) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return try buffer.take()
}

func text(_ secret: borrowing SecretBytes) -> String {
    secret.withBytes { span in String(decoding: span.byteOffsets.map { span.byte(at: $0) }, as: UTF8.self) }
}

/// One RSA key for all vaults of the tests: making one takes a while.
private let der = Result { () throws -> [UInt8] in
    let key = try PrivateKey.generate(bits: 2048)
    return key.der.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
}

/// A home with a vault of two projects, and a keeper of it. The kernel keeps its key, as after `execkit unlock`.
final class House {
    static let password = "correct horse"
    let root: URL
    let home: AbsolutePath
    let vaultID: String
    let shop: String
    var now = 1_800_000_000
    private(set) var keeper: VaultKeeper
    private var nextID = 0

    init(unlocked isUnlocked: Bool = true, surviving durability: VaultStore.Durability = .crash) throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("keeper-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        home = try AbsolutePath(root.appendingPathComponent("home").path)
        (vaultID, shop) = try Self.make(home)
        keeper = VaultKeeper(home: home, helpers: Self.helpers, surviving: durability, clock: { 0 })
        restart(surviving: durability)
        if isUnlocked { try unlock() }
    }

    deinit {
        UnlockedKey(vault: vaultID).forget()
        try? FileManager.default.removeItem(at: root)
    }

    static var helpers: HelperRun { HelperRun(spawner: Spawner(), adding: StoreReference.environmentNames) }

    private static func make(_ home: AbsolutePath) throws -> (String, String) {
        var buffer = try SecretBuffer()
        for byte in try der.get() { try buffer.append(byte) }
        let cheap = KDFParameters(
            version: 1, memoryKiB: 8 * 1024, passes: 1, lanes: 1, outputLength: 32, salt: try PrivateFiles.randomBytes(16))
        let vault = try LockedVault.create(
            in: home, password: try secret(password), cheap, try PrivateKey(der: try buffer.take()))
        let shop = try vault.createProject(named: "shop", environments: ["dev", "prod"]).id
        try vault.locked.createFolder(project: shop, environment: "dev", path: "db")
        for (key, value) in [("A", "value of A"), ("B", "value of B"), ("EMPTY", "")] {
            try vault.set(SecretPlace(project: shop, environment: "dev", key: key), try secret(value))
        }
        try vault.set(SecretPlace(project: shop, environment: "prod", key: "A"), try secret("production"))
        try vault.set(SecretPlace(project: shop, environment: "dev", folder: "db", key: "URL"), try secret("in a folder"))
        let id = try vault.locked.store.vault().id
        try vault.locked.store.close()
        return (id, shop)
    }

    /// A keeper that knows nothing yet, as a new server starts it.
    func restart(surviving durability: VaultStore.Durability = .crash) {
        keeper = VaultKeeper(home: home, helpers: Self.helpers, surviving: durability, clock: { [unowned self] in now })
    }

    /// What `execkit unlock` does.
    func unlock(_ password: String = House.password, idle: UInt32 = 900) throws {
        let key = try LockedVault.open(in: home).sessionKey(password: try secret(password))
        try UnlockedKey(vault: vaultID).remember(key, idle: idle)
    }

    /// What the person does in another program.
    func byPerson(_ body: (borrowing UnlockedVault) throws -> Void) throws {
        let vault = try LockedVault.open(in: home).unlock(password: try secret(Self.password))
        try body(vault)
        try vault.locked.store.close()
    }

    func place(_ key: String, environment: String = "dev", folder: String = "") -> SecretPlace {
        SecretPlace(project: shop, environment: environment, folder: folder, key: key)
    }

    /// Someone who can write the file, and has no key.
    func tamper(_ statement: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c", "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(sys.argv[2]); db.commit()",
            home.text + "/vault.db", statement,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let path = root.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
        return path
    }

    /// A reply and the values that came with it, one an entry.
    func ask(_ ask: KeeperRequest.Ask) -> (answer: KeeperReply.Answer, values: [String]) {
        nextID += 1
        // Through its bytes, as between the two programs.
        guard let request = try? KeeperRequest(json: KeeperRequest(id: nextID, ask).json) else {
            Issue.record("a request is read as it was written")
            return (.acknowledged, [])
        }
        let answer = keeper.handle(request)
        #expect(answer.reply.id == nextID)
        #expect((try? KeeperReply(json: answer.reply.json, secretBytes: answer.reply.secretBytes)) == answer.reply)
        var all = ""
        answer.withValues { all = text($0) }
        #expect(all.utf8.count == answer.reply.secretBytes)
        guard case .opened(let opened) = answer.reply.answer else { return (answer.reply.answer, []) }
        var rest = Array(all.utf8)[...]
        return (
            answer.reply.answer,
            opened.entries.map { entry in
                defer { rest = rest.dropFirst(entry.byteCount) }
                return String(decoding: rest.prefix(entry.byteCount), as: UTF8.self)
            }
        )
    }

    func request(_ keys: String..., change: (inout OpenRequest) -> Void = { _ in }) -> OpenRequest {
        var request = OpenRequest(
            run: "ab12", project: "shop", environment: "dev", keys: keys, program: "/usr/bin/psql",
            command: ["psql", "-c", "select 1"], origin: root.path, purpose: .run)
        change(&request)
        return request
    }

    /// The values that a request gives; nil, with an issue, when it gives none.
    func values(_ request: OpenRequest, _ location: SourceLocation = #_sourceLocation) -> [String]? {
        let (answer, values) = ask(.open(request))
        guard case .opened = answer else {
            Issue.record("not opened: \(answer)", sourceLocation: location)
            return nil
        }
        return values
    }

    /// The refusal that a request meets; nil, with an issue, when it meets none.
    func refusal(_ request: OpenRequest, _ location: SourceLocation = #_sourceLocation) -> Refusal? {
        guard case .refused(let refusal) = ask(.open(request)).answer else {
            Issue.record("not refused", sourceLocation: location)
            return nil
        }
        return refusal
    }

    func confirmation(_ request: OpenRequest, _ location: SourceLocation = #_sourceLocation) -> KeeperProtocol.Confirmation? {
        guard case .confirm(let confirmation) = ask(.open(request)).answer else {
            Issue.record("not asked", sourceLocation: location)
            return nil
        }
        return confirmation
    }

    /// The newest rows of the log: kind and detail.
    func log(_ count: Int) throws -> [ActionRecord] { try LockedVault.open(in: home).store.actions(limit: count) }
}

import Foundation
import PrivateFiles
import Testing
@testable import VaultStore

final class Scratch {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("vault-store-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }
    deinit {
        try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: home)
        try? FileManager.default.removeItem(at: url)
    }

    var home: String { url.appendingPathComponent("home").path }
    var file: String { home + "/vault.db" }
    func path() throws -> AbsolutePath { try AbsolutePath(home) }

    /// A vault with made-up keys: the store does not look into them.
    func store() throws -> VaultStore {
        let seal = KeySeal(
            version: 1, memoryKiB: 8192, passes: 1, lanes: 1, outputLength: 32, salt: "AAAA", frame: "AAAA")
        return try VaultStore.create(in: try path(), orElse: { $0 }) { (change) throws(VaultStoreError) in
            try change.insertVault(id: String(repeating: "a", count: 32), publicKey: "AAAA")
            try change.setSeal(.password, seal)
            return ((), Action(.vaultCreate))
        }.0
    }

    func mode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func sql(_ statement: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c", "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.commit()", file,
            statement,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}

@Suite("The vault file", .serialized)
struct FileTests {
    @Test("A new vault is private, STRICT, in WAL mode, and known by its application id")
    func fresh() throws {
        let scratch = try Scratch()
        #expect(try !VaultStore.exists(in: try scratch.path()))
        #expect(throws: VaultStoreError.noVault) { _ = try VaultStore.open(in: try scratch.path()) }
        let store = try scratch.store()
        // The first change makes the write-ahead log.
        _ = try store.record(Action(.reveal))
        #expect(try VaultStore.exists(in: try scratch.path()))
        for (path, mode) in [(scratch.home, 0o700), (scratch.file, 0o600), (scratch.file + "-wal", 0o600), (scratch.file + "-shm", 0o600)] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode, "\(path)")
        }
        let (journal, synchronous, keys, loose) = try store.read { db in
            (
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try Int.fetchOne(db, sql: "PRAGMA foreign_keys"),
                try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT'")
            )
        }
        #expect(journal == "wal" && synchronous == 2 && keys == 1 && loose.isEmpty)
        let header = try Data(contentsOf: URL(fileURLWithPath: scratch.file)).prefix(100)
        #expect(Array(header[68..<72]) == Array("xkv1".utf8))
        #expect(try store.vault().id == String(repeating: "a", count: 32))
    }

    @Test("A file or directory that others can reach is refused, with its mode, and unchanged", arguments: [
        (VaultFile.database, 0o640), (.database, 0o604), (.database, 0o620), (.writeAheadLog, 0o644), (.sharedMemory, 0o660),
        (.directory, 0o755), (.directory, 0o710), (.directory, 0o701),
    ])
    func open(file: VaultFile, mode: Int) throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        _ = try store.record(Action(.reveal))
        let path = file == .directory ? scratch.home : scratch.home + "/" + file.rawValue
        try scratch.mode(mode, of: path)
        #expect(throws: VaultStoreError.accessibleByOthers(file, mode: UInt32(mode))) {
            _ = try VaultStore.open(in: try scratch.path())
        }
        try scratch.mode(file == .directory ? 0o700 : 0o600, of: path)
        try store.close()
        _ = try VaultStore.open(in: try scratch.path())
    }

    @Test("A link, a directory or a FIFO in place of the vault is refused")
    func wrongKinds() throws {
        let scratch = try Scratch()
        try scratch.store().close()
        let manager = FileManager.default
        try manager.moveItem(atPath: scratch.file, toPath: scratch.home + "/real.db")
        try manager.createSymbolicLink(atPath: scratch.file, withDestinationPath: "real.db")
        #expect(throws: VaultStoreError.untrusted(.database, .symbolicLink)) { _ = try VaultStore.open(in: try scratch.path()) }
        #expect(throws: VaultStoreError.untrusted(.database, .symbolicLink)) { _ = try scratch.store() }
        try manager.removeItem(atPath: scratch.file)
        try manager.createDirectory(atPath: scratch.file, withIntermediateDirectories: false)
        #expect(throws: VaultStoreError.untrusted(.database, .wrongKind(.directory))) { _ = try VaultStore.open(in: try scratch.path()) }
        try manager.removeItem(atPath: scratch.file)
        #expect(mkfifo(scratch.file, 0o600) == 0)
        #expect(throws: VaultStoreError.untrusted(.database, .wrongKind(.other))) { _ = try VaultStore.open(in: try scratch.path()) }
        try manager.removeItem(atPath: scratch.file)
        try manager.moveItem(atPath: scratch.home, toPath: scratch.home + "2")
        try manager.createSymbolicLink(atPath: scratch.home, withDestinationPath: scratch.home + "2")
        #expect(throws: VaultStoreError.directory(.symbolicLink)) { _ = try VaultStore.open(in: try scratch.path()) }
    }

    @Test("A foreign, newer or damaged file gives its error and keeps every byte")
    func foreign() throws {
        func refuses(_ error: VaultStoreError, _ prepare: (Scratch) throws -> Void) throws {
            let scratch = try Scratch()
            try scratch.store().close()
            try prepare(scratch)
            let before = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
            #expect(throws: error) { _ = try VaultStore.open(in: try scratch.path()) }
            #expect(throws: VaultStoreError.vaultExists) { _ = try scratch.store() }
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file)) == before)
        }
        func write(_ data: Data) -> (Scratch) throws -> Void {
            { scratch in
                let handle = try #require(FileHandle(forWritingAtPath: scratch.file))
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: data)
                try handle.close()
            }
        }
        try refuses(.foreignFile, write(Data("SECRET=in a file of another kind\n".utf8)))
        try refuses(.foreignFile, write(Data(repeating: 0, count: 5000)))
        try refuses(.foreignFile) { try $0.sql("PRAGMA application_id = 7") }
        try refuses(.newerFormat(found: 9, known: 1)) { try $0.sql("PRAGMA user_version = 9") }
        try refuses(.foreignFile) { try $0.sql("PRAGMA user_version = 0") }
    }

    @Test("A file cut short is found damaged, by the check or on opening")
    func cut() throws {
        let scratch = try Scratch()
        try scratch.store().close()
        let handle = try #require(FileHandle(forWritingAtPath: scratch.file))
        let size = try handle.seekToEnd()
        try handle.truncate(atOffset: size / 2 / 4096 * 4096)
        try handle.close()
        do {
            let damage = try VaultStore.open(in: try scratch.path()).damage()
            #expect(damage.pages > 0)
        } catch let error as VaultStoreError {
            #expect(error == .corrupt)
        }
    }

    @Test("A creation that was cut short leaves an empty file, in which a vault can be made")
    func cutShort() throws {
        let scratch = try Scratch()
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            _ = try VaultStore.create(in: try scratch.path(), orElse: { $0 as any Error }) { (change) throws(any Error) in
                try change.insertVault(id: String(repeating: "a", count: 32), publicKey: "A")
                throw Stop()
            } as (VaultStore, Void)
        }
        #expect(try FileManager.default.attributesOfItem(atPath: scratch.file)[.size] as? Int == 0)
        #expect(throws: VaultStoreError.noVault) { _ = try VaultStore.open(in: try scratch.path()) }
        _ = try scratch.store()
        _ = try VaultStore.open(in: try scratch.path())
    }

    @Test("A writer that another one keeps waiting gives up with `busy`, and nothing was changed")
    func busy() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let other = try VaultStore.open(in: try scratch.path())
        let count = try store.actions().count
        try store.change(orElse: { $0 as any Error }) { (_) throws(any Error) in
            #expect(throws: VaultStoreError.busy) { _ = try other.record(Action(.reveal)) }
            // Readers do not wait for a writer.
            #expect(try other.actions().count == count)
            return ((), Action(.reveal))
        }
        #expect(try other.record(Action(.reveal)) == count + 2)
    }
}

import Foundation
import HelperRun
import PrivateFiles
import SecretMemory
import Spawn
import Testing

@testable import Keyring

func secret(_ text: String) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return try buffer.take()
}

func text(_ secret: borrowing SecretBytes) -> String {
    String(decoding: secret.withBytes { view in (0..<view.byteCount).map { view.byte(at: $0) } }, as: UTF8.self)
}

@Suite("keyring", .serialized) struct KeyringTests {
    static func scratch(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/execkit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("a configuration is read as it was written", arguments: [
        PasswordStore?.none, .secretService, .pass(entry: "a/b c"), .macOSKeychain,
    ])
    func configuration(store: PasswordStore?) throws {
        try Self.scratch { path in
            let home = try AbsolutePath(path)
            #expect(try KeyringConfiguration.load(from: home) == KeyringConfiguration())
            let written = KeyringConfiguration(store: store, idle: 77)
            try written.save(in: home)
            #expect(try KeyringConfiguration.load(from: home) == written)
        }
    }

    @Test("a malformed configuration is refused, not guessed", arguments: [
        "", "[]", "{\"store\":\"x\"}", "{\"store\":\"pass\"}", "{\"store\":\"pass\",\"entry\":\"../x\"}", "{\"store\":\"file\",\"path\":\"x\"}",
        "{\"idle_seconds\":0}", "{\"idle_seconds\":\"1\"}", "{\"idle_seconds\":99999999}",
    ])
    func malformed(text: String) throws {
        try Self.scratch { path in
            try text.write(toFile: path + "/keyring.json", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + "/keyring.json")
            #expect(throws: KeyringConfiguration.Failure.malformed) { try KeyringConfiguration.load(from: try AbsolutePath(path)) }
        }
    }

    @Test("a configuration that others can write is refused") func writable() throws {
        try Self.scratch { path in
            try "{}".write(toFile: path + "/keyring.json", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path + "/keyring.json")
            #expect(throws: KeyringConfiguration.Failure.self) { try KeyringConfiguration.load(from: try AbsolutePath(path)) }
        }
    }

    @Test("the variable comes before the configured store, and is used once") func order() throws {
        try Self.scratch { path in
            let file = path + "/password"
            try "from the file\nand more\n".write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let configuration = KeyringConfiguration(store: .file(try AbsolutePath(file)))
            var keyring = Keyring(helpers: HelperRun(spawner: Spawner()), descriptor: nil, environment: try secret("from the variable"))
            let isHandedOver = keyring.isHandedOver
            #expect(isHandedOver)
            let first = try keyring.password(vault: "v", configuration)
            let firstText = text(first.password)
            #expect(firstText == "from the variable")
            let source = first.source
            #expect(source == .environment)
            let second = try keyring.password(vault: "v", configuration)
            let secondText = text(second.password)
            #expect(secondText == "from the file")
            let later = second.source
            #expect(later == .store)
        }
    }

    @Test("a password file that others can read is refused") func openFile() throws {
        try Self.scratch { path in
            let file = path + "/password"
            try "x".write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            var keyring = Keyring(helpers: HelperRun(spawner: Spawner()), descriptor: nil, environment: nil)
            let store = PasswordStore.file(try AbsolutePath(file))
            #expect(throws: KeyringError.file(.readableByOthers(mode: 0o644))) {
                _ = try keyring.password(vault: "v", KeyringConfiguration(store: store)).source
            }
            #expect(throws: KeyringError.notKept(name: "file")) { try keyring.keep(try secret("x"), vault: "v", in: store) }
        }
    }

    @Test("a descriptor that is not open is named") func closedDescriptor() throws {
        var keyring = Keyring(helpers: HelperRun(spawner: Spawner()), descriptor: 9999, environment: nil)
        #expect(throws: KeyringError.descriptorNotOpen(9999)) { _ = try keyring.password(vault: "v", KeyringConfiguration()).source }
    }

    @Test("an empty password is refused") func empty() throws {
        var keyring = Keyring(helpers: HelperRun(spawner: Spawner()), descriptor: nil, environment: try secret(""))
        #expect(throws: KeyringError.empty(.environment)) { _ = try keyring.password(vault: "v", KeyringConfiguration()).source }
    }

    @Test("the kernel keeps a key until it is forgotten") func unlockedKey() throws {
        let key = UnlockedKey(vault: "test-\(UUID().uuidString)")
        let early = try key.recall() != nil
        #expect(!early)
        do { try key.remember(try secret("thirty-two bytes of a session key"), idle: 600) } catch UnlockedKey.Failure.refused(let code) {
            // Containers often forbid the kernel's key service; then nothing is kept, which is what the error says.
            #expect([1, 13, 38].contains(code))
            return
        }
        defer { key.forget() }
        #expect(key.isKept)
        let kept = try key.recall()
        let isThere = kept != nil
        #expect(isThere)
        if let kept {
            let keptText = text(kept)
            #expect(keptText == "thirty-two bytes of a session key")
        }
        try key.remember(try secret("another"), idle: 600)
        if let kept = try key.recall() {
            let keptText = text(kept)
            #expect(keptText == "another")
        }
        // What is kept beside it goes with it, and with a new one.
        #expect(key.recallBeside() == [])
        key.keepBeside([1, 2, 3])
        #expect(key.recallBeside() == [1, 2, 3])
        key.keepBeside([UInt8](repeating: 7, count: 4096))
        #expect(key.recallBeside().count == 4096)
        key.keepBeside([UInt8](repeating: 8, count: 4097))
        #expect(key.recallBeside().first == 7)
        key.forgetBeside()
        #expect(key.recallBeside() == [] && key.isKept)
        key.keepBeside([4])
        try key.remember(try secret("a third"), idle: 600)
        #expect(key.recallBeside() == [])
        key.keepBeside([5])
        #expect(key.forget())
        #expect(!key.isKept && key.recallBeside() == [])
        #expect(!key.forget())
        // Without the key nothing is kept.
        key.keepBeside([6])
        #expect(key.recallBeside() == [])
    }

    @Test("entries that would leave the store or become options are none", arguments: ["", "-c", "/x", "a/../b", "..", "a\u{0}"])
    func entries(name: String) {
        #expect(PasswordStore.pass(named: name) == nil)
    }
}

@Suite("helpers", .serialized) struct HelperRunTests {
    let helpers = HelperRun(spawner: Spawner())

    @Test("a helper gets a secret on standard input and gives its answer") func both() throws {
        let answer = text(try helpers.run("cat", [], input: try secret("through a pipe")))
        #expect(answer == "through a pipe")
        let nothing = text(try helpers.run("cat", []))
        #expect(nothing.isEmpty)
    }

    @Test("failures are told apart") func failures() throws {
        #expect(throws: HelperError.notFound(name: "no-such-helper")) { _ = try helpers.run("no-such-helper", []).count }
        #expect(throws: HelperError.failed(name: "sh", exit: .code(3))) { _ = try helpers.run("sh", ["-c", "echo x; exit 3"]).count }
        let tooMuch = try SecretBytes(count: HelperRun.longestInput + 1) { _ in }
        #expect(throws: HelperError.io(.tooLong(limit: HelperRun.longestInput))) { _ = try helpers.run("cat", [], input: tooMuch).count }
    }

    @Test("a helper does not get the rest of the environment") func environment() throws {
        setenv("EXECKIT_TEST_MARKER", "zebra", 1)
        defer { unsetenv("EXECKIT_TEST_MARKER") }
        let environment = text(try helpers.run("env", []))
        #expect(!environment.contains("zebra"))
    }
}

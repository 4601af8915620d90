import Foundation
import Keyring
import PrivateFiles
import SecretMemory
import Testing
import UseRule
import VaultStore

@testable import Vault
@testable import VaultCrypto

/// One RSA key for all vaults of the tests: making one takes a while.
private let der = Result { () throws -> [UInt8] in
    let key = try PrivateKey.generate(bits: 2048)
    return key.der.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
}

private func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in bytes { try buffer.append(byte) }
    return try buffer.take()
}

/// A vault with one project in a directory of its own, unlocked as after `execkit unlock`.
final class UnlockedHome {
    private static let password = "correct horse battery"
    let root: String
    private let home: AbsolutePath
    private let vaultID: String
    private let shop: String

    init() throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/secret-login-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        home = try AbsolutePath(root + "/home")
        let cheap = KDFParameters(
            version: 1, memoryKiB: 8 * 1024, passes: 1, lanes: 1, outputLength: 32, salt: try PrivateFiles.randomBytes(16))
        let vault = try LockedVault.create(
            in: home, password: try secret(Array(Self.password.utf8)), cheap, try PrivateKey(der: try secret(try der.get())))
        shop = try vault.createProject(named: "shop", environments: ["dev", "prod"]).id
        vaultID = try vault.locked.store.vault().id
        try vault.locked.store.close()
        setenv("EXECKIT_HOME", home.text, 1)
        let key = try LockedVault.open(in: home).sessionKey(password: try secret(Array(Self.password.utf8)))
        try UnlockedKey(vault: vaultID).remember(key, idle: 900)
    }

    func remove() {
        UnlockedKey(vault: vaultID).forget()
        unsetenv("EXECKIT_HOME")
        try? FileManager.default.removeItem(atPath: root)
    }

    /// What the person does in another program: a secret of the environment dev, and what its rule says.
    func set(_ key: String, _ value: String, _ change: @escaping (inout UseRule) -> Void) throws {
        let place = SecretPlace(project: shop, environment: "dev", folder: "", key: key)
        let vault = try LockedVault.open(in: home).unlock(password: try secret(Array(Self.password.utf8)))
        try vault.set(place, try secret(Array(value.utf8)))
        try vault.changeRule(place) { old in
            var new = old
            change(&new)
            return new
        }
        try vault.locked.store.close()
    }

    /// The rows of the vault's log.
    func log() throws -> [(action: String, detail: String)] {
        try LockedVault.open(in: home).store.actions(limit: 500).map { ($0.action, $0.detail) }
    }
}

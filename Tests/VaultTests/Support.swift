import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
@testable import VaultCrypto
import VaultStore

func secret(_ text: String) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return try buffer.take()
}

func text(_ secret: borrowing SecretBytes) -> String {
    secret.withBytes { span in String(decoding: span.byteOffsets.map { span.byte(at: $0) }, as: UTF8.self) }
}

/// The cheapest parameters that are computed at all.
func cheap() throws -> KDFParameters {
    KDFParameters(
        version: 1, memoryKiB: 8 * 1024, passes: 1, lanes: 1, outputLength: 32,
        salt: try PrivateFiles.randomBytes(16))
}

/// One RSA key for all vaults of the tests: making one takes a while.
enum TestKey {
    private static let der = Result { () throws -> [UInt8] in
        let key = try PrivateKey.generate(bits: 2048)
        return key.der.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
    }

    static func make() throws -> PrivateKey {
        var buffer = try SecretBuffer()
        for byte in try der.get() { try buffer.append(byte) }
        return try PrivateKey(der: try buffer.take())
    }
}

/// A directory of a test, removed with it.
final class Scratch {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("vault-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String = "home") throws -> AbsolutePath { try AbsolutePath(url.appendingPathComponent(name).path) }

    /// A new vault with one project and the environments dev and prod, and the folder `api` in dev.
    func vault(_ name: String = "home") throws -> UnlockedVault {
        try LockedVault.create(in: try path(name), password: try secret("password"), try cheap(), try TestKey.make())
    }
}

extension UnlockedVault {
    borrowing func project() throws -> String {
        let project = try createProject(named: "shop", environments: ["dev", "prod"]).id
        try locked.createFolder(project: project, environment: "dev", path: "api")
        return project
    }

    /// Reveals a value with its row of the log.
    borrowing func shown(_ place: SecretPlace, version: Int? = nil) throws -> String {
        let receipt = try record(.reveal, [place])
        return VaultTests.text(try open(place, version: version, receipt))
    }

    borrowing func set(_ place: SecretPlace, text: String) throws -> Int { try set(place, try secret(text)) }
}

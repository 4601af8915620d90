import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
import VaultCrypto
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
        try LockedVault.create(in: try path(name), password: try secret("password"), try cheap(), bits: 2048)
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

import SecretMemory
import Testing

@testable import StoreReferences

@Suite("references to other stores") struct StoreReferenceTests {
    static func parse(_ text: String) throws -> StoreReference? {
        var buffer = try SecretBuffer()
        for byte in text.utf8 { try buffer.append(byte) }
        return buffer.withBytes { StoreReference($0) }
    }

    @Test("each form, and how its store is asked") func forms() throws {
        let cases: [(String, StoreReference, [String])] = [
            ("op://Work/Shop/key", .onePassword("op://Work/Shop/key"), ["op", "read", "--no-newline", "op://Work/Shop/key"]),
            ("vault:secret/shop#key", .hashiCorpVault(path: "secret/shop", field: "key"), ["vault", "kv", "get", "-field=key", "secret/shop"]),
            (
                "azure:shop/key", .azureKeyVault(vault: "shop", name: "key"),
                ["az", "keyvault", "secret", "show", "--vault-name", "shop", "--name", "key", "--query", "value", "--output", "tsv"]
            ),
            (
                "aws-sm:shop/key", .awsSecretsManager("shop/key"),
                ["aws", "secretsmanager", "get-secret-value", "--secret-id", "shop/key", "--query", "SecretString", "--output", "text"]
            ),
            ("pass:shop/key", .pass("shop/key"), ["pass", "show", "shop/key"]),
        ]
        for (text, reference, command) in cases {
            let found = try Self.parse(text)
            #expect(found == reference)
            #expect(found.map { [$0.command.name] + $0.command.arguments } == command)
        }
    }

    @Test("what only looks like one is a value", arguments: [
        "", "op://", "op://a", "op://a/b", "vault:", "vault:x", "vault:x#", "vault:#x", "vault:a#b#c", "azure:x", "azure:a/b/c",
        "aws-sm:", "pass:", "pass:a b", "pass:-c", "vault:-x#y", "aws-sm:--x", "pass:../x", "pass:a/../b", "vault:a#b\n",
        "password", "postgres://u:p@h", "xop://a/b/c", "pass:\u{7F}",
    ])
    func values(text: String) throws {
        #expect(try Self.parse(text) == nil)
    }

    @Test("a very long one is a value") func long() throws {
        #expect(try Self.parse("pass:" + String(repeating: "x", count: 600)) == nil)
    }
}

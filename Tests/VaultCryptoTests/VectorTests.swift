import SecretMemory
import Testing
@testable import VaultCrypto

/// Secret memory belongs to one thread: the suites of the ciphers stand in line.
@Suite(.serialized) struct Ciphers {}

extension Ciphers {
    @Suite("Published vectors") struct VectorTests {
        struct Derivation: Sendable {
            let passes: Int
            let memoryKiB: Int
            let lanes: Int
            let password: String
            let salt: String
            let key: String
        }

        // The reference implementation's own test file, Argon2id version 0x13.
        static let derivations = [
            Derivation(
                passes: 2, memoryKiB: 1 << 16, lanes: 1, password: "password", salt: "somesalt",
                key: "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
            Derivation(
                passes: 2, memoryKiB: 1 << 8, lanes: 1, password: "password", salt: "somesalt",
                key: "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
            Derivation(
                passes: 2, memoryKiB: 1 << 8, lanes: 2, password: "password", salt: "somesalt",
                key: "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
            Derivation(
                passes: 1, memoryKiB: 1 << 16, lanes: 1, password: "password", salt: "somesalt",
                key: "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"),
            Derivation(
                passes: 2, memoryKiB: 1 << 16, lanes: 1, password: "differentpassword", salt: "somesalt",
                key: "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"),
            Derivation(
                passes: 2, memoryKiB: 1 << 16, lanes: 1, password: "password", salt: "diffsalt",
                key: "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"),
        ]

        @Test("Argon2id gives the keys of the reference implementation", arguments: derivations)
        func argon2id(_ vector: Derivation) throws {
            let parameters = KDFParameters(
                version: 1, memoryKiB: vector.memoryKiB, passes: vector.passes, lanes: vector.lanes, outputLength: 32,
                salt: Array(vector.salt.utf8))
            #expect(bytes(try Primitives.deriveKey(password: try secret(vector.password), parameters)) == hex(vector.key))
        }

        struct Sealed: Sendable {
            let key: String
            let nonce: String
            let plain: String
            let associated: String
            let sealed: String
        }

        // The GCM specification's test cases 13 to 16 (McGrew and Viega), which NIST SP 800-38D builds on.
        static let sealings: [Sealed] = {
            let zeros = String(repeating: "0", count: 64)
            let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
            let plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
            let sealed = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
            return [
                Sealed(
                    key: zeros, nonce: String(zeros.prefix(24)), plain: "", associated: "",
                    sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
                Sealed(
                    key: zeros, nonce: String(zeros.prefix(24)), plain: String(zeros.prefix(32)), associated: "",
                    sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
                Sealed(
                    key: key, nonce: "cafebabefacedbaddecaf888", plain: plain, associated: "",
                    sealed: sealed + "b094dac5d93471bdec1a502270e3cc6c"),
                Sealed(
                    key: key, nonce: "cafebabefacedbaddecaf888", plain: String(plain.dropLast(8)),
                    associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                    sealed: sealed.dropLast(8) + "76fc6ece0f4e1768cddf8853bb2d551b"),
            ]
        }()

        @Test("AES-256-GCM opens the frames of the specification", arguments: sealings)
        func gcm(_ vector: Sealed) throws {
            let frame = try Frame(bytes: hex(vector.nonce) + hex(vector.sealed))
            let opened = try Primitives.open(
                key: try secret(hex(vector.key)), frame: frame, associated: hex(vector.associated))
            #expect(bytes(opened) == hex(vector.plain))
        }

        @Test("Base64 is that of RFC 4648", arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
        func base64(plain: String, text: String) {
            #expect(Base64.encode(Array(plain.utf8)) == text)
            #expect(Base64.decode(text) == Array(plain.utf8))
        }

        @Test("Base64 has one text for some bytes: blanks, missing padding, set spare bits and other alphabets are refused", arguments: [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Zg==Zg==", "Z===", "====", "Zm 8", "Zm8=\n", "Zm-_", "Zm9v=", "=Zm9", "Zmé",
        ])
        func strictBase64(text: String) { #expect(Base64.decode(text) == nil) }
    }
}

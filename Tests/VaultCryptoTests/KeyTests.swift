import SecretMemory
import Testing
@testable import VaultCrypto

extension Ciphers {
    @Suite("Keys and frames") struct KeyTests {
        static func binding(_ version: Int = 1) -> Binding {
            .value(vault: "v", project: "p", environment: "e", folder: "", key: "K", version: version)
        }

        @Test("Every flipped bit of a frame, and every shorter frame, is authenticationFailed")
        func flips() throws {
            let key = try ProjectKey.generate()
            let frame = try key.seal(try secret("a value of some length"), Self.binding())
            #expect(bytes(try key.open(frame, Self.binding())) == Array("a value of some length".utf8))
            for index in frame.bytes.indices {
                for bit in 0..<8 {
                    var changed = frame.bytes
                    changed[index] ^= 1 << bit
                    #expect(throws: VaultCryptoError.authenticationFailed) {
                        _ = try key.open(try Frame(bytes: changed), Self.binding())
                    }
                }
            }
            for count in 28..<frame.bytes.count {
                #expect(throws: VaultCryptoError.authenticationFailed) {
                    _ = try key.open(try Frame(bytes: Array(frame.bytes[..<count])), Self.binding())
                }
            }
            for count in 0..<28 {
                #expect(throws: VaultCryptoError.malformedFrame) { _ = try Frame(bytes: Array(frame.bytes[..<count])) }
            }
            #expect(throws: VaultCryptoError.malformedFrame) { _ = try Frame(base64: "not base64") }
            #expect(try Frame(base64: frame.base64) == frame)
        }

        @Test("A frame opens with its own binding and key alone, and no two frames are equal")
        func bindings() throws {
            let key = try ProjectKey.generate()
            let other = try ProjectKey.generate()
            let parts = ["v", "p", "e", "f", "K"]
            func binding(_ parts: [String], _ version: Int = 1) -> Binding {
                .value(
                    vault: parts[0], project: parts[1], environment: parts[2], folder: parts[3], key: parts[4],
                    version: version)
            }
            let frame = try key.seal(try secret("x"), binding(parts))
            #expect(try key.seal(try secret("x"), binding(parts)) != frame)
            var wrong = [binding(parts, 2), binding(["v", "p", "ef", "", "K"]), binding(["v", "p", "", "ef", "K"])]
            for index in parts.indices {
                var changed = parts
                changed[index] += "x"
                wrong.append(binding(changed))
            }
            for binding in wrong {
                #expect(throws: VaultCryptoError.authenticationFailed) { _ = try key.open(frame, binding) }
            }
            #expect(throws: VaultCryptoError.authenticationFailed) { _ = try other.open(frame, binding(parts)) }
        }

        @Test("Values of every small length, and a large one, come back as they were")
        func lengths() throws {
            let key = try ProjectKey.generate()
            for count in Array(0...70) + [100_000] {
                let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let frame = try key.seal(try secret(value), Self.binding())
                #expect(frame.bytes.count == count + 28)
                #expect(bytes(try key.open(frame, Self.binding())) == value)
            }
        }

        @Test("A private key is sealed by its password, parameters, vault and purpose")
        func privateKey() throws {
            let key = try PrivateKey.generate(bits: 2048)
            #expect(key.bits == 2048)
            let parameters = cheap()
            let master = try MasterKey.derive(password: try secret("password"), parameters)
            let frame = try master.seal(key, .privateKey(vault: "v", parameters))
            let opened = try master.open(frame, .privateKey(vault: "v", parameters))
            #expect(opened.publicKey == key.publicKey && bytes(opened.der) == bytes(key.der))
            let wrong: [Binding] = [
                .privateKey(vault: "w", parameters), .privateKey(vault: "v", parameters, for: .recovery),
                .privateKey(vault: "v", cheap(salt: Array(repeating: 8, count: 16))),
            ]
            for binding in wrong {
                #expect(throws: VaultCryptoError.authenticationFailed) { _ = try master.open(frame, binding) }
            }
            let other = try MasterKey.derive(password: try secret("Password"), parameters)
            #expect(throws: VaultCryptoError.authenticationFailed) {
                _ = try other.open(frame, .privateKey(vault: "v", parameters))
            }
            let kept = try MasterKey(bytes: master.takeBytes())
            #expect(try kept.open(frame, .privateKey(vault: "v", parameters)).publicKey == key.publicKey)
        }

        @Test("A project key unwraps with its own key, label and signature; flipped bytes do not")
        func projectKey() throws {
            let owner = try PrivateKey.generate(bits: 2048)
            let stranger = try PrivateKey.generate(bits: 2048)
            let key = try ProjectKey.generate()
            let binding = Binding.projectKey(vault: "v", project: "p", generation: 1)
            let wrapped = try owner.wrap(key, binding)
            let frame = try key.seal(try secret("x"), Self.binding())
            #expect(bytes(try owner.unwrap(wrapped, binding).open(frame, Self.binding())) == Array("x".utf8))
            for wrong: Binding in [
                .projectKey(vault: "w", project: "p", generation: 1), .projectKey(vault: "v", project: "q", generation: 1),
                .projectKey(vault: "v", project: "p", generation: 2),
            ] {
                #expect(throws: VaultCryptoError.authenticationFailed) { _ = try owner.unwrap(wrapped, wrong) }
                // The label holds by itself, below the signature.
                #expect(throws: VaultCryptoError.authenticationFailed) {
                    _ = try Primitives.unwrap(wrapped.wrapped, privateKey: owner.der, label: wrong.bytes)
                }
            }
            #expect(throws: VaultCryptoError.authenticationFailed) { _ = try stranger.unwrap(wrapped, binding) }
            let foreign = try stranger.wrap(key, binding)
            for mixed in [
                WrappedKey(wrapped: wrapped.wrapped, signature: foreign.signature),
                WrappedKey(wrapped: foreign.wrapped, signature: wrapped.signature),
                WrappedKey(wrapped: wrapped.wrapped, signature: []), WrappedKey(wrapped: [], signature: wrapped.signature),
            ] {
                #expect(throws: VaultCryptoError.authenticationFailed) { _ = try owner.unwrap(mixed, binding) }
            }
            for index in stride(from: 0, to: 256, by: 17) {
                var changed = wrapped.wrapped
                changed[index] ^= 0x10
                #expect(throws: VaultCryptoError.authenticationFailed) {
                    _ = try Primitives.unwrap(changed, privateKey: owner.der, label: binding.bytes)
                }
                #expect(throws: VaultCryptoError.authenticationFailed) {
                    _ = try owner.unwrap(WrappedKey(wrapped: changed, signature: wrapped.signature), binding)
                }
                var forged = wrapped.signature
                forged[index] ^= 0x10
                #expect(throws: VaultCryptoError.authenticationFailed) {
                    _ = try owner.unwrap(WrappedKey(wrapped: wrapped.wrapped, signature: forged), binding)
                }
            }
        }

        @Test("Key derivation parameters outside the bounds are refused before anything is computed")
        func parameters() throws {
            func parameters(
                version: Int = 1, memory: Int = 65_536, passes: Int = 3, lanes: Int = 4, length: Int = 32, salt: Int = 16
            ) -> KDFParameters {
                KDFParameters(
                    version: version, memoryKiB: memory, passes: passes, lanes: lanes, outputLength: length,
                    salt: Array(repeating: 0, count: salt))
            }
            #expect(parameters().isAcceptable && parameters(memory: 8192, passes: 1, lanes: 1).isAcceptable)
            #expect(try KDFParameters.current().isAcceptable && KDFParameters.current() != KDFParameters.current())
            for wrong in [
                parameters(version: 0), parameters(version: 2), parameters(memory: 8191), parameters(memory: 1 << 20 + 1),
                parameters(memory: .max), parameters(memory: -1), parameters(passes: 0), parameters(passes: 17),
                parameters(lanes: 0), parameters(lanes: 17), parameters(length: 31), parameters(length: 33),
                parameters(salt: 15), parameters(salt: 65),
            ] {
                #expect(throws: VaultCryptoError.unacceptableParameters) {
                    _ = try MasterKey.derive(password: try secret("x"), wrong)
                }
            }
        }

        @Test("RSA keys of other sizes, and bytes that are no key, are refused", arguments: [0, 512, 1024, 2047, 3000, 16384])
        func sizes(bits: Int) throws {
            #expect(throws: VaultCryptoError.unacceptableKeySize(bits: bits)) { _ = try PrivateKey.generate(bits: bits) }
            #expect(throws: VaultCryptoError.authenticationFailed) { _ = try PrivateKey(der: try secret("no key \(bits)")) }
        }

        @Test("Recovery codes are printable, differ, and are read however they are typed")
        func recovery() throws {
            let code = String(decoding: bytes(try RecoveryCode.generate()), as: UTF8.self)
            let other = String(decoding: bytes(try RecoveryCode.generate()), as: UTF8.self)
            #expect(code != other && code.count == 39)
            let plain = code.filter { $0 != "-" }
            for typed in [code, plain, code.lowercased(), " \(code)\r\n", plain.map { "\($0) " }.joined()] {
                #expect(bytes(try RecoveryCode.normalized(try secret(typed))) == Array(plain.utf8))
            }
            #expect(bytes(try RecoveryCode.normalized(try secret("oOiIlL" + String(repeating: "0", count: 26))))
                == Array(("001111" + String(repeating: "0", count: 26)).utf8))
            for wrong in ["", String(plain.dropLast()), plain + "0", String(repeating: "U", count: 32)] {
                #expect(throws: VaultCryptoError.authenticationFailed) { _ = try RecoveryCode.normalized(try secret(wrong)) }
            }
        }

        @Test("OpenSSL's own memory is secret memory, and little of it")
        func heldMemory() throws {
            let parameters = cheap()
            do {
                let key = try PrivateKey.generate(bits: 3072)
                let master = try MasterKey.derive(password: try secret("password"), parameters)
                let frame = try master.seal(key, .privateKey(vault: "v", parameters))
                let opened = try master.open(frame, .privateKey(vault: "v", parameters))
                let binding = Binding.projectKey(vault: "v", project: "p", generation: 1)
                _ = try opened.unwrap(try opened.wrap(try ProjectKey.generate(), binding), binding)
            }
            #expect(SecretMemory.heldBytes > 64 * 1024, "OpenSSL allocates somewhere else")
            #expect(SecretMemory.heldBytes < 4 << 20)
        }
    }
}

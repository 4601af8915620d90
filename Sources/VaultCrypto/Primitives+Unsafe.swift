internal import CVaultCrypto
internal import SecretMemory

/// The C face as Swift calls. Every pointer of the room is here; what is secret goes from secret memory to secret memory.
enum Primitives {
    /// OpenSSL allocates from secret memory from its first use on. Happens once; false when OpenSSL was used before.
    // SAFETY: the three functions are plain C functions that live as long as the process.
    private static let isReady: Bool = unsafe cvc_initialize(
        SecretMemory.Allocator.allocate, SecretMemory.Allocator.reallocate, SecretMemory.Allocator.release) == 0

    private static func check(_ status: Int32, _ operation: VaultCryptoError.Operation) throws(VaultCryptoError) {
        switch status {
        case 0: return
        case Int32(CVC_NOT_AUTHENTIC): throw .authenticationFailed
        default: throw .libraryFailed(operation)
        }
    }

    private static func prepare(_ operation: VaultCryptoError.Operation) throws(VaultCryptoError) {
        guard isReady else { throw .libraryFailed(operation) }
    }

    /// Makes a secret of `count` bytes that `fill` writes through a pointer.
    private static func secret(
        count: Int, _ fill: (UnsafeMutableRawPointer?) throws(VaultCryptoError) -> Void
    ) throws(VaultCryptoError) -> SecretBytes {
        do throws(SecretMemoryFailure<VaultCryptoError>) {
            return try SecretBytes(count: count) { (span: inout MutableRawSpan) throws(VaultCryptoError) in
                // SAFETY: the pointer is used within the span's access only, by a C function that writes `count` bytes.
                try unsafe span.withUnsafeMutableBytes { (room) throws(VaultCryptoError) in
                    try unsafe fill(room.baseAddress)
                }
            }
        } catch {
            switch error {
            case .memory(let error): throw .memory(error)
            case .body(let error): throw error
            }
        }
    }

    static func randomSecret(count: Int) throws(VaultCryptoError) -> SecretBytes {
        try prepare(.random)
        return try unsafe secret(count: count) { (out) throws(VaultCryptoError) in
            // SAFETY: `out` has `count` writable bytes.
            try check(unsafe cvc_random(out, count), .random)
        }
    }

    /// A secret of no bytes.
    static func nothing() throws(VaultCryptoError) -> SecretBytes {
        try unsafe secret(count: 0) { (_) throws(VaultCryptoError) in }
    }

    static func random(count: Int) throws(VaultCryptoError) -> [UInt8] {
        try prepare(.random)
        var bytes = [UInt8](repeating: 0, count: count)
        // SAFETY: the array has `count` writable bytes.
        try check(unsafe cvc_random(&bytes, count), .random)
        return bytes
    }

    static func deriveKey(
        password: borrowing SecretBytes, _ parameters: KDFParameters
    ) throws(VaultCryptoError) -> SecretBytes {
        try unsafe secret(count: parameters.outputLength) { (out) throws(VaultCryptoError) in
            try password.withBytes { (password) throws(VaultCryptoError) in
                // SAFETY: both views hold as many bytes as is said, for the call; the library writes `out` alone.
                try unsafe password.withUnsafeBytes { (password) throws(VaultCryptoError) in
                    try check(
                        unsafe cvc_argon2id(
                            password.baseAddress, password.count, parameters.salt, parameters.salt.count,
                            UInt32(parameters.memoryKiB), UInt32(parameters.passes), UInt32(parameters.lanes), out,
                            parameters.outputLength), .keyDerivation)
                }
            }
        }
    }

    /// Nonce, ciphertext and tag.
    static func seal(
        key: borrowing SecretBytes, plain: borrowing SecretBytes, associated: [UInt8]
    ) throws(VaultCryptoError) -> [UInt8] {
        try prepare(.seal)
        let nonce = try random(count: Frame.nonceCount)
        var sealed = [UInt8](repeating: 0, count: plain.count + Frame.tagCount)
        try key.withBytes { (key) throws(VaultCryptoError) in
            try plain.withBytes { (plain) throws(VaultCryptoError) in
                // SAFETY: the key has 32 bytes (`SymmetricKey`), the views live for the call, `sealed` has room for the tag.
                try unsafe key.withUnsafeBytes { (key) throws(VaultCryptoError) in
                    try unsafe plain.withUnsafeBytes { (plain) throws(VaultCryptoError) in
                        try check(
                            unsafe cvc_seal(
                                key.baseAddress, nonce, associated, associated.count, plain.baseAddress, plain.count,
                                &sealed), .seal)
                    }
                }
            }
        }
        return nonce + sealed
    }

    static func open(
        key: borrowing SecretBytes, frame: Frame, associated: [UInt8]
    ) throws(VaultCryptoError) -> SecretBytes {
        try prepare(.open)
        let nonce = Array(frame.bytes[..<Frame.nonceCount])
        let sealed = Array(frame.bytes[Frame.nonceCount...])
        return try key.withBytes { (key) throws(VaultCryptoError) in
            try unsafe secret(count: sealed.count - Frame.tagCount) { (out) throws(VaultCryptoError) in
                // SAFETY: the key has 32 bytes, `out` takes the plaintext's count, the arrays live for the call.
                try unsafe key.withUnsafeBytes { (key) throws(VaultCryptoError) in
                    try check(
                        unsafe cvc_open(key.baseAddress, nonce, associated, associated.count, sealed, sealed.count, out),
                        .open)
                }
            }
        }
    }

    /// Room for the encodings of the largest key that is accepted (8192 bits).
    private static let keyRoom = 8192

    /// A new private key (PKCS#8, DER).
    static func generateRSA(bits: Int) throws(VaultCryptoError) -> SecretBytes {
        try prepare(.keyGeneration)
        return try unsafe variable(room: keyRoom) { (out, count) throws(VaultCryptoError) in
            // SAFETY: `out` has `count` bytes; the library lowers the count to what it wrote.
            try check(unsafe cvc_rsa_generate(UInt32(bits), out, &count), .keyGeneration)
        }
    }

    static func publicKey(of privateKey: borrowing SecretBytes) throws(VaultCryptoError) -> (der: [UInt8], bits: Int) {
        try prepare(.keyGeneration)
        var publicKey = [UInt8](repeating: 0, count: keyRoom)
        var count = keyRoom
        var bits: UInt32 = 0
        try privateKey.withBytes { (key) throws(VaultCryptoError) in
            // SAFETY: the view lives for the call, the array has `count` bytes.
            try unsafe key.withUnsafeBytes { (key) throws(VaultCryptoError) in
                try check(unsafe cvc_rsa_public(key.baseAddress, key.count, &publicKey, &count, &bits), .keyGeneration)
            }
        }
        return (Array(publicKey[..<count]), Int(bits))
    }

    static func wrap(
        _ secret: borrowing SecretBytes, publicKey: [UInt8], label: [UInt8]
    ) throws(VaultCryptoError) -> [UInt8] {
        try prepare(.wrap)
        var wrapped = [UInt8](repeating: 0, count: 1024)
        var count = wrapped.count
        try secret.withBytes { (plain) throws(VaultCryptoError) in
            // SAFETY: the views live for the call, `wrapped` has `count` bytes.
            try unsafe plain.withUnsafeBytes { (plain) throws(VaultCryptoError) in
                try check(
                    unsafe cvc_rsa_wrap(
                        publicKey, publicKey.count, label, label.count, plain.baseAddress, plain.count, &wrapped, &count),
                    .wrap)
            }
        }
        return Array(wrapped[..<count])
    }

    static func unwrap(
        _ wrapped: [UInt8], privateKey: borrowing SecretBytes, label: [UInt8]
    ) throws(VaultCryptoError) -> SecretBytes {
        try prepare(.unwrap)
        return try privateKey.withBytes { (key) throws(VaultCryptoError) in
            try unsafe variable(room: 1024) { (out, count) throws(VaultCryptoError) in
                // SAFETY: the view lives for the call, `out` has `count` bytes.
                try unsafe key.withUnsafeBytes { (key) throws(VaultCryptoError) in
                    try check(
                        unsafe cvc_rsa_unwrap(
                            key.baseAddress, key.count, label, label.count, wrapped, wrapped.count, out, &count), .unwrap)
                }
            }
        }
    }

    static func sign(
        _ message: [UInt8], privateKey: borrowing SecretBytes
    ) throws(VaultCryptoError) -> [UInt8] {
        try prepare(.sign)
        var signature = [UInt8](repeating: 0, count: 1024)
        var count = signature.count
        try privateKey.withBytes { (key) throws(VaultCryptoError) in
            // SAFETY: the view lives for the call, `signature` has `count` bytes.
            try unsafe key.withUnsafeBytes { (key) throws(VaultCryptoError) in
                try check(
                    unsafe cvc_rsa_sign(key.baseAddress, key.count, message, message.count, &signature, &count), .sign)
            }
        }
        return Array(signature[..<count])
    }

    static func verify(_ message: [UInt8], _ signature: [UInt8], publicKey: [UInt8]) throws(VaultCryptoError) {
        try prepare(.verify)
        // SAFETY: the arrays live for the call.
        try check(
            unsafe cvc_rsa_verify(
                publicKey, publicKey.count, message, message.count, signature, signature.count), .verify)
    }

    /// A secret whose length the library decides, within `room`.
    private static func variable(
        room: Int, _ fill: (UnsafeMutableRawPointer?, inout Int) throws(VaultCryptoError) -> Void
    ) throws(VaultCryptoError) -> SecretBytes {
        do throws(SecretMemoryFailure<VaultCryptoError>) {
            var buffer: SecretBuffer
            do throws(SecretMemoryError) { buffer = try SecretBuffer(capacity: room) } catch { throw .memory(error) }
            _ = try unsafe buffer.appendDirectly(space: room) { (free) throws(VaultCryptoError) in
                var count = free.count
                // SAFETY: `free` has `count` writable bytes; the library lowers the count to what it wrote.
                try unsafe fill(free.baseAddress, &count)
                return count
            }
            do throws(SecretMemoryError) { return try buffer.take() } catch { throw .memory(error) }
        } catch {
            switch error {
            case .memory(let error): throw .memory(error)
            case .body(let error): throw error
            }
        }
    }
}

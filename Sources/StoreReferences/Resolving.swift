public import HelperRun
internal import SecretIO
public import SecretMemory

extension StoreReference {
    /// The value, from the store's own program; held in secret memory.
    ///
    /// One line end at the end of the answer is the program's, not the value's.
    public func resolve(_ helpers: HelperRun) throws(HelperError) -> SecretBytes {
        let (name, arguments) = command
        let answer = try helpers.run(name, arguments)
        let count = answer.withBytes { bytes in
            if takesFirstLine {
                return (0..<bytes.byteCount).first { bytes.byte(at: $0) == 0x0A } ?? bytes.byteCount
            }
            let hasEnd = bytes.byteCount > 0 && bytes.byte(at: bytes.byteCount - 1) == 0x0A
            return bytes.byteCount - (hasEnd ? 1 : 0)
        }
        do throws(SecretMemoryError) {
            var value = try SecretBuffer(capacity: count)
            try answer.withBytes { (bytes) throws(SecretMemoryError) in try value.append(bytes.extracting(0..<count)) }
            return try value.take()
        } catch {
            throw .io(.memory(error))
        }
    }

    /// Variables the stores' programs find their servers and sessions by. Some hold tokens of their own.
    public static let environmentNames = [
        "AWS_CONFIG_FILE", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE",
        "AZURE_CONFIG_DIR", "OP_ACCOUNT", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "OP_SERVICE_ACCOUNT_TOKEN", "VAULT_ADDR",
        "VAULT_CACERT", "VAULT_NAMESPACE", "VAULT_TOKEN",
    ]
}

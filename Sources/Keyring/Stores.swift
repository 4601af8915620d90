internal import HelperRun
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory

/// A place that keeps a master password for later.
protocol KeepsPassword {
    /// The password, or an error; nothing is asked at our terminal.
    func read(_ helpers: HelperRun) throws(KeyringError) -> SecretBytes
    func write(_ password: borrowing SecretBytes, _ helpers: HelperRun) throws(KeyringError)
}

extension PasswordStore {
    func keeper(vault: String) -> any KeepsPassword {
        switch self {
        case .secretService: SecretService(vault: vault)
        case .pass(let entry): PassStore(entry: entry)
        case .file(let path): PasswordFile(path: path)
        case .macOSKeychain: MacKeychain(vault: vault)
        }
    }
}

/// A password ends before the first line end: what stores add, and what editors leave, is not part of it.
func firstLine(_ text: consuming SecretBytes) throws(KeyringError) -> SecretBytes {
    let count = text.withBytes { bytes in
        (0..<bytes.byteCount).first { bytes.byte(at: $0) == 0x0A || bytes.byte(at: $0) == 0x0D } ?? bytes.byteCount
    }
    do throws(SecretMemoryError) {
        var line = try SecretBuffer(capacity: count)
        try text.withBytes { (bytes) throws(SecretMemoryError) in try line.append(bytes.extracting(0..<count)) }
        return try line.take()
    } catch {
        throw .io(.memory(error))
    }
}

func helped<R: ~Copyable>(_ body: () throws(HelperError) -> R) throws(KeyringError) -> R {
    do throws(HelperError) { return try body() } catch { throw .helper(error) }
}

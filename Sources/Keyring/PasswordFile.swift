internal import HelperRun
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory

/// A file of this user that nobody else may read, with the password on its first line.
///
/// It is read, never written: who wants the password in a file in the clear puts it there.
struct PasswordFile: KeepsPassword {
    let path: AbsolutePath

    func read(_ helpers: HelperRun) throws(KeyringError) -> SecretBytes {
        let file: File
        do throws(FileError) {
            guard let name = path.name else { throw .badPath }
            file = try Directory(holding: path).open(name, trust: .ownerOnly)
        } catch {
            throw .file(error)
        }
        let text: SecretBytes
        do throws(SecretIOError) {
            text = try file.withDescriptor { (descriptor) throws(SecretIOError) in
                try SecretIO.readAll(descriptor, limit: 65_536)
            }
        } catch {
            throw .io(error)
        }
        return try firstLine(text)
    }

    func write(_ password: borrowing SecretBytes, _ helpers: HelperRun) throws(KeyringError) {
        throw .notKept(name: PasswordStore.file(path).name)
    }
}

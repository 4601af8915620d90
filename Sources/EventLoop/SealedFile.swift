/// An anonymous file in memory that is written once and never again, by nobody: for a child that is to read it.
///
/// Only its owner may open it (mode 0400), and every seal is on it (fcntl(2), F_ADD_SEALS). Its offset is at its start.
/// Its pages are the kernel's, go with the last descriptor, and may be swapped out.
public struct SealedFile: ~Copyable {
    /// The descriptor, for a child's plan.
    public let descriptor: Descriptor

    /// Makes the file; `write` writes all of its content to the descriptor it is given, in order.
    public init<E: Error>(writing write: (Int32) throws(E) -> Void) throws(SealedFileError<E>) {
        let number = System.sealableFile()
        guard number >= 0 else { throw .system(SystemError(call: .memoryFile, errno: -number)) }
        let file = Descriptor(adopting: number)
        do throws(E) { try write(number) } catch { throw .content(error) }
        let status = System.seal(number)
        guard status >= 0 else { throw .system(SystemError(call: .seal, errno: -status)) }
        descriptor = file
    }
}

/// Why a sealed file was not made.
public enum SealedFileError<Content: Error>: Error {
    case system(SystemError)
    /// What writes its content threw.
    case content(Content)
}

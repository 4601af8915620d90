internal import CSecretMemory

/// Bytes that must not leave this process: a password, a key, a value of the vault.
///
/// They lie in memory that is locked, left out of core dumps and not copied into a forked child, and are wiped when the
/// value goes. It cannot be copied, described, encoded or compared with `==`; the one view of the bytes is
/// `withBytes(_:)`, inside a closure they cannot outlive.
@safe public struct SecretBytes: ~Copyable {
    /// How many bytes there are. Not a secret.
    public let count: Int
    private let start: UnsafeMutableRawPointer

    /// `count` bytes that `body` writes; they are zero before. When `body` throws, they are wiped and its error is thrown.
    ///
    /// - Parameter count: from 0 to 64 MiB.
    public init<E: Error>(
        count: Int, initializingWith body: (inout MutableRawSpan) throws(E) -> Void
    ) throws(SecretMemoryFailure<E>) {
        guard count >= 0, count <= SecretMemory.mostBytes else { throw .memory(.tooLarge(count: count)) }
        // An empty secret still owns a block, so that every value is wiped and freed in one way.
        guard let start = unsafe csm_allocate(max(count, 1)) else { throw .memory(.current(needed: count)) }
        // SAFETY: the block has at least `count` writable bytes, and the span ends before the closure's call does.
        var span = unsafe MutableRawSpan(_unsafeStart: start, byteCount: count)
        do throws(E) {
            try body(&span)
        } catch {
            unsafe csm_free(start)
            throw .body(error)
        }
        unsafe self.start = start
        self.count = count
    }

    /// Takes over a block of `csm_allocate`, of which `count` bytes are meant.
    init(adopting start: UnsafeMutableRawPointer, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    deinit {
        // SAFETY: the block came from the allocator and nothing else frees it; freeing wipes it.
        unsafe csm_free(start)
    }

    /// The only view of the bytes. Whatever `body` copies out of it is no longer protected.
    public borrowing func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        // SAFETY: the block lives as long as this value, which is borrowed until `body` has returned.
        try body(unsafe RawSpan(_unsafeStart: start, byteCount: count))
    }

    /// Whether both hold the same bytes. The time depends on the counts alone.
    public borrowing func isEqual(inConstantTimeTo other: borrowing SecretBytes) -> Bool {
        // SAFETY: both blocks have `count` readable bytes.
        guard count == other.count else { return false }
        return unsafe csm_equal(start, other.start, count)
    }

    /// A second value with the same bytes, for a keeper with a life of its own.
    public borrowing func duplicate() throws(SecretMemoryError) -> SecretBytes {
        guard let copy = unsafe csm_allocate(max(count, 1)) else { throw .current(needed: count) }
        // SAFETY: both blocks have `count` bytes and do not overlap.
        unsafe copy.copyMemory(from: start, byteCount: count)
        return unsafe SecretBytes(adopting: copy, count: count)
    }
}

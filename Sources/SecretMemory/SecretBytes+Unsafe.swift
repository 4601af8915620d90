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

extension RawSpan {
    /// One byte of a view, for parsers that walk over a secret. The index is checked.
    public func byte(at index: Int) -> UInt8 {
        precondition(byteOffsets.contains(index), "a byte of the view")
        // SAFETY: the index lies inside, and every bit pattern is a byte.
        return unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}

/// What secret memory is on this machine, for diagnostics.
public enum SecretMemory {
    /// How the pages are protected.
    public enum Protection: String, Sendable {
        /// memfd_secret(2): also out of the kernel's own view of memory.
        case secretFile = "memfd_secret"
        /// mlock(2) and MADV_DONTDUMP.
        case locked = "mlock"
    }

    /// The most bytes of one secret.
    public static let mostBytes = 16 << 20

    /// What protects secrets here, or nil when no page can be locked.
    public static var protection: Protection? {
        switch csm_region_kind() {
        case Int32(CSM_KIND_SECRET_FILE.rawValue): .secretFile
        case Int32(CSM_KIND_LOCKED.rawValue): .locked
        default: nil
        }
    }

    /// Bytes held in locked pages now.
    public static var heldBytes: UInt64 { csm_held() }

    /// Bytes that may be locked (`ulimit -l`), nil when there is no limit.
    public static var limitBytes: UInt64? {
        let limit = csm_limit()
        return limit == .max ? nil : limit
    }

    /// Whether an address lies in secret memory: for the tests that look for secrets elsewhere.
    public static func owns(address: UInt) -> Bool {
        // SAFETY: the address is compared, never followed.
        unsafe csm_owns(UnsafeRawPointer(bitPattern: address))
    }

    /// Overwrites memory that held a secret on its way, in a way the compiler may not leave out.
    public static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress else { return }
        // SAFETY: the caller's buffer has that many writable bytes.
        unsafe csm_wipe(start, buffer.count)
    }
}

extension SecretMemory {
    /// The allocator behind secret memory, for a C library that must keep what it handles there.
    ///
    /// As malloc, realloc and free, except that `release` wipes and that no size may be zero.
    public enum Allocator {
        public static let allocate: @convention(c) (Int) -> UnsafeMutableRawPointer? = { unsafe csm_allocate($0) }
        public static let reallocate: @convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer? = {
            unsafe csm_reallocate($0, $1)
        }
        public static let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { unsafe csm_free($0) }
    }
}

internal import CSecretMemory

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

internal import CKernelKeys
internal import SecretMemory

/// Swift's face of the kernel's key service. Status: a negated errno, or zero and more.
enum KernelKeys {
    static func put(_ description: String, _ payload: RawSpan, seconds: UInt32) -> Int32 {
        // SAFETY: both pointers are valid inside their closures; the kernel copies the payload.
        unsafe payload.withUnsafeBytes { bytes in
            unsafe description.withCString { unsafe ckk_put($0, bytes.baseAddress, bytes.count, seconds) }
        }
    }

    /// Bytes that are no secret.
    static func put(_ description: String, _ payload: [UInt8], seconds: UInt32) -> Int32 {
        // SAFETY: both pointers are valid inside their closures; the kernel copies the payload.
        unsafe payload.withUnsafeBytes { bytes in
            unsafe description.withCString { unsafe ckk_put($0, bytes.baseAddress, bytes.count, seconds) }
        }
    }

    /// The payload of at most `capacity` bytes, or a negated errno.
    static func get(_ description: String, into buffer: inout SecretBuffer, capacity: Int) throws(SecretMemoryError) -> Int {
        var status = 0
        do throws(SecretMemoryFailure<Never>) {
            _ = try unsafe buffer.appendDirectly(space: capacity) { free in
                // SAFETY: `free` is writable for its count during this call.
                status = unsafe description.withCString { unsafe ckk_get($0, free.baseAddress, free.count) }
                return max(0, min(status, free.count))
            }
        } catch {
            throw error.memoryError
        }
        return status
    }

    static func has(_ description: String) -> Bool {
        unsafe description.withCString { unsafe ckk_has($0) } > 0
    }

    static func extend(_ description: String, seconds: UInt32) -> Int32 {
        unsafe description.withCString { unsafe ckk_extend($0, seconds) }
    }

    static func forget(_ description: String) -> Int32 {
        unsafe description.withCString { unsafe ckk_forget($0) }
    }
}

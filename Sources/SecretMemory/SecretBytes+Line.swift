extension SecretBytes {
    /// A copy without one line end behind it, LF or CR LF: what `echo`, editors and pastes add, and what no password ends in.
    public borrowing func withoutLineEnd() throws(SecretMemoryError) -> SecretBytes {
        let count = withBytes { bytes in
            var count = bytes.byteCount
            if count > 0, bytes.byte(at: count - 1) == 0x0A { count -= 1 }
            if count > 0, count < bytes.byteCount, bytes.byte(at: count - 1) == 0x0D { count -= 1 }
            return count
        }
        var copy = try SecretBuffer(capacity: count)
        try withBytes { (bytes) throws(SecretMemoryError) in try copy.append(bytes.extracting(0..<count)) }
        return try copy.take()
    }
}

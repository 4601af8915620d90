internal import CSecretMemory

/// Secret bytes that are still arriving, from a terminal, a pipe or a parser. Grows in secret memory; what it leaves
/// behind while growing is wiped.
@safe public struct SecretBuffer: ~Copyable {
    /// How many bytes have arrived.
    public private(set) var count = 0
    private var start: UnsafeMutableRawPointer
    private var capacity: Int

    public init(capacity: Int = 240) throws(SecretMemoryError) {
        let capacity = max(capacity, 16)
        guard capacity <= SecretMemory.mostBytes else { throw .tooLarge(count: capacity) }
        guard let start = unsafe csm_allocate(capacity) else { throw .current(needed: capacity) }
        unsafe self.start = start
        self.capacity = capacity
    }

    deinit {
        // SAFETY: nothing else owns the block; freeing wipes it.
        unsafe csm_free(start)
    }

    private mutating func reserve(_ more: Int) throws(SecretMemoryError) {
        let needed = count + more
        guard needed > capacity else { return }
        guard needed <= SecretMemory.mostBytes else { throw .tooLarge(count: needed) }
        let grown = max(needed, capacity * 2)
        guard let moved = unsafe csm_reallocate(start, grown) else { throw .current(needed: grown) }
        unsafe start = moved
        capacity = grown
    }

    public mutating func append(_ byte: UInt8) throws(SecretMemoryError) {
        try reserve(1)
        // SAFETY: `reserve` made room for one byte behind `count`.
        unsafe start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    public mutating func append(_ bytes: RawSpan) throws(SecretMemoryError) {
        guard bytes.byteCount > 0 else { return }
        try reserve(bytes.byteCount)
        // SAFETY: `reserve` made room behind `count`; the span is another block, or bytes before `count` of this one.
        unsafe bytes.withUnsafeBytes { source in
            unsafe (start + count).copyMemory(from: source.baseAddress!, byteCount: source.count)
        }
        count += bytes.byteCount
    }

    /// Offers at least `space` bytes behind what is there; `body` fills them from the front and returns how many it
    /// wrote, which then belong to the buffer. This is how read(2) gets bytes here without a copy elsewhere.
    public mutating func appendDirectly<E: Error>(
        space: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(SecretMemoryFailure<E>) -> Int {
        do throws(SecretMemoryError) { try reserve(space) } catch { throw .memory(error) }
        let written: Int
        do throws(E) {
            // SAFETY: `reserve` made room for `space` bytes behind `count`; the pointer is for the call only.
            written = try unsafe body(UnsafeMutableRawBufferPointer(start: start + count, count: space))
        } catch {
            throw .body(error)
        }
        precondition(written >= 0 && written <= space, "a reader writes no more than it was offered")
        count += written
        return written
    }

    /// Forgets the last bytes, wiping them: a backspace at a prompt, a line's end.
    public mutating func removeLast(_ removed: Int) {
        let removed = min(removed, count)
        // SAFETY: the bytes lie inside the block.
        unsafe csm_wipe(start + (count - removed), removed)
        count -= removed
    }

    /// The view of what has arrived, inside the closure only.
    public borrowing func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        // SAFETY: the block lives as long as this borrowed value and has `count` bytes.
        try body(unsafe RawSpan(_unsafeStart: start, byteCount: count))
    }

    /// What has arrived, as a secret of its own; the buffer is empty afterwards.
    public mutating func take() throws(SecretMemoryError) -> SecretBytes {
        guard let fresh = unsafe csm_allocate(240) else { throw .current(needed: 240) }
        let taken = unsafe SecretBytes(adopting: start, count: count)
        unsafe start = fresh
        capacity = 240
        count = 0
        return taken
    }
}

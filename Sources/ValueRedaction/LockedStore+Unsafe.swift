internal import CValueScan
internal import SecretMemory

/// A block of locked memory with checked access: the spelled values, their tables, and the text at work.
@safe struct LockedStore: ~Copyable {
    let count: Int
    private let start: UnsafeMutableRawPointer

    /// `count` zero bytes.
    init(count: Int) throws(SecretMemoryError) {
        let count = max(count, 16)
        // SAFETY: what is given is ours until `deinit`, and has at least `count` bytes.
        guard let start = unsafe SecretMemory.Allocator.allocate(count) else {
            throw .noMoreLockedMemory(needed: count, held: SecretMemory.heldBytes, limit: SecretMemory.limitBytes)
        }
        unsafe self.start = start
        self.count = count
    }

    deinit {
        // SAFETY: nothing else owns the block; releasing wipes it.
        unsafe SecretMemory.Allocator.release(start)
    }

    subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count)
            // SAFETY: the index lies inside.
            return unsafe start.load(fromByteOffset: index, as: UInt8.self)
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            // SAFETY: the index lies inside.
            unsafe start.storeBytes(of: newValue, toByteOffset: index, as: UInt8.self)
        }
    }

    /// The block as words of 32 bits.
    subscript(word index: Int) -> UInt32 {
        get {
            precondition(index >= 0 && 4 * index + 4 <= count)
            // SAFETY: the word lies inside, and the block is aligned to 16.
            return unsafe start.load(fromByteOffset: 4 * index, as: UInt32.self)
        }
        nonmutating set {
            precondition(index >= 0 && 4 * index + 4 <= count)
            // SAFETY: as above.
            unsafe start.storeBytes(of: newValue, toByteOffset: 4 * index, as: UInt32.self)
        }
    }

    /// The four bytes from `index` on as a little-endian number.
    func gram(at index: Int) -> UInt32 {
        precondition(index >= 0 && index + 4 <= count)
        // SAFETY: the bytes lie inside, and the load may be unaligned.
        return UInt32(littleEndian: unsafe start.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    }

    func copy(from other: borrowing LockedStore, _ range: Range<Int>, to place: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count)
        precondition(place >= 0 && place + range.count <= count)
        guard !range.isEmpty else { return }
        // SAFETY: both ranges lie inside their blocks; the copy allows overlap.
        unsafe (start + place).copyMemory(from: other.start + range.lowerBound, byteCount: range.count)
    }

    func copy(from bytes: ArraySlice<UInt8>, to place: Int) {
        precondition(place >= 0 && place + bytes.count <= count)
        // SAFETY: the destination lies inside; the source is another block and lives for the closure.
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (start + place).copyMemory(from: base, byteCount: source.count)
        }
    }

    // The loops of the fence. They read from the block within the range that is checked here.

    /// The first control character in `range`, else its end.
    func nextControl(in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the range lies inside.
        return unsafe evs_next_control(bytes, range.lowerBound, range.upperBound)
    }

    /// The first of the bytes in `range`, else its end.
    func next(of set: TriggerBytes, in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the range lies inside.
        return unsafe evs_next_of(bytes, range.lowerBound, range.upperBound, set.first, set.second, set.third)
    }

    /// The first place of `range`, in steps of `stride`, whose four bytes are in `bitmap`; else the first behind it.
    func nextGram(in range: Range<Int>, stride: Int, bitmap: borrowing LockedStore, shift: UInt32) -> Int {
        guard !range.isEmpty else { return range.lowerBound }
        precondition(range.lowerBound >= 0 && range.upperBound + 3 <= count && stride > 0)
        precondition(bitmap.count >= 1 << (29 - Int(shift)))
        // SAFETY: each place of the range has four bytes in the block; the bitmap has a bit for each result of the hash.
        return unsafe evs_next_gram(bitmap.bytes, shift, bytes, range.lowerBound, range.upperBound, stride)
    }

    private var bytes: UnsafePointer<UInt8> {
        // SAFETY: the block holds plain bytes and lives as long as this value.
        unsafe UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
    }

    /// The bit of four bytes in a bitmap of 2 to the (32 - `shift`) bits.
    static func bit(of gram: UInt32, shift: UInt32) -> Int { Int(evs_gram_bit(gram, shift)) }
}

/// Up to three bytes that a lane looks for.
struct TriggerBytes {
    let first: UInt8
    let second: UInt8
    let third: UInt8
}

/// Overwrites held text whose place is given back.
func wipe(_ bytes: inout [UInt8], _ range: Range<Int>) {
    // SAFETY: the slice is checked against the array, whose memory lives for the closure.
    unsafe bytes.withUnsafeMutableBytes { unsafe SecretMemory.wipe(UnsafeMutableRawBufferPointer(rebasing: $0[range])) }
}

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

    // The loops of the fence. They read and write within the ranges that are checked here.

    /// Copies what lies in `range` but for control characters and indentation to `place`, up to the end or to an ESC. Gives where
    /// it stopped.
    func readOutput(_ range: Range<Int>, stopsAtEscape: Bool, to place: Int, isIndenting: inout Bool, pieces: Pieces) -> Int {
        unsafe write(range, to: place, isIndenting: &isIndenting, pieces) { text in
            // SAFETY: the range lies inside; `write` has seen to room for as much.
            unsafe evs_read_output(bytes, range.lowerBound, range.upperBound, stopsAtEscape ? 1 : 0, &text)
        }
    }

    /// Copies what lies in `range` decoded to `place`. Gives where it stopped: at the end, or at an escape that is not whole.
    func decode(
        _ kind: EscapeKind, _ range: Range<Int>, isLast: Bool, to place: Int, isIndenting: inout Bool, pieces: Pieces
    ) -> Int {
        unsafe write(range, to: place, isIndenting: &isIndenting, pieces) { text in
            // SAFETY: as above; what is decoded is not longer.
            unsafe evs_decode(kind.code, bytes, range.lowerBound, range.upperBound, isLast ? 1 : 0, &text)
        }
    }

    private func write(
        _ range: Range<Int>, to place: Int, isIndenting: inout Bool, _ pieces: Pieces, _ body: (inout evs_text) -> Int
    ) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= Int(UInt16.max))
        precondition(place >= 0 && place + range.count + 16 <= count && 8 * range.count <= pieces.store.count)
        precondition(place >= range.upperBound || place + range.count + 16 <= range.lowerBound)
        // SAFETY: text and pieces have room for as much as is read, which has been checked, and live as long as their owners.
        var text = unsafe evs_text(
            text: (start + place).assumingMemoryBound(to: UInt8.self),
            pieces: pieces.store.start.assumingMemoryBound(to: evs_piece.self),
            count: 0, piece_count: 0, is_indenting: isIndenting ? 1 : 0)
        let stop = unsafe body(&text)
        isIndenting = unsafe text.is_indenting != 0
        pieces.count = unsafe Int(text.piece_count)
        pieces.characters = unsafe Int(text.count)
        return stop
    }

    /// The first escape in `range`, or what may become one; else its end.
    func nextEscape(_ kind: EscapeKind, in range: Range<Int>, isLast: Bool) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the range lies inside.
        return unsafe evs_next_escape(kind.code, bytes, range.lowerBound, range.upperBound, isLast ? 1 : 0)
    }

    /// The first escape of each family in `range`, or what may become one; else its end.
    func firstEscapes(in range: Range<Int>, isLast: Bool) -> FirstEscapes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the range lies inside.
        let first = unsafe evs_first_escapes(bytes, range.lowerBound, range.upperBound, isLast ? 1 : 0)
        return FirstEscapes(escape: first.backslash, percent: first.percent, entity: first.entity, quote: first.quote)
    }

    /// Whether a form may cover an escape of the text in `range`, of which `pieces` begin after `context` characters; with the index
    /// of the first piece that is not ruled out.
    func touch(
        _ cover: FormCover, _ range: Range<Int>, context: Int, isFirst: Bool, isLast: Bool, pieces: Pieces
    ) -> (touch: Touch, piece: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && context + pieces.characters == range.count)
        precondition(8 * pieces.count <= pieces.store.count)
        var which = 0
        // SAFETY: the text, the pieces and the tables lie in the blocks they are taken from, which has been checked.
        let touch = unsafe withForms(cover) { forms in
            unsafe evs_touches(
                forms, bytes + range.lowerBound, range.count, pieces.store.start.assumingMemoryBound(to: evs_piece.self), pieces.count,
                context, isFirst ? 1 : 0, isLast ? 1 : 0, &which)
        }
        return (touch == EVS_APART ? .apart : touch == EVS_TOUCHED ? .touched : .undecided, which)
    }

    /// The first of the bytes in `range`, else its end.
    func next(of set: TriggerBytes, in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the range lies inside.
        return unsafe evs_next_of(bytes, range.lowerBound, range.upperBound, set.first, set.second, set.third)
    }

    /// The first place of `range`, in steps of the stride, at which a form may be; else the first behind it. `limit`: the text's end.
    func nextGram(in range: Range<Int>, _ table: GramTable, limit: Int) -> Int {
        guard !range.isEmpty else { return range.lowerBound }
        precondition(range.lowerBound >= 0 && range.upperBound + 3 <= limit && limit <= count && table.stride > 0)
        precondition(min(table.bitmap.count, table.pairs.count) >= 1 << (29 - Int(table.bitmapShift)))
        var grams = unsafe evs_grams(
            bitmap: table.bitmap.bytes, pairs: table.hasPairs ? table.pairs.bytes : nil, shift: table.bitmapShift)
        // SAFETY: each place of the range has four bytes in the block; the bitmaps have a bit for each result of the hash.
        return unsafe evs_next_gram(&grams, bytes, range.lowerBound, range.upperBound, table.stride, limit)
    }

    /// The first backslash in `range` with which something begins that forms may cover; else its end. `base`: where the text begins.
    func nextDoubt(_ cover: FormCover, base: Int, in range: Range<Int>) -> Int {
        precondition(base >= 0 && base <= range.lowerBound && range.upperBound <= count)
        // SAFETY: the range and what is before it lie inside.
        return unsafe withForms(cover) { unsafe evs_next_doubt($0, bytes, base, range.lowerBound, range.upperBound) }
    }

    private func withForms<Result>(_ cover: FormCover, _ body: (UnsafePointer<evs_forms>) -> Result) -> Result {
        precondition(cover.bitmap.count >= 1 << (29 - Int(cover.shift)) && cover.classes.count >= 256)
        let forms = unsafe evs_forms(
            bitmap: cover.bitmap.bytes, classes: cover.classes.bytes, shift: cover.shift, least: UInt32(cover.least),
            digits: UInt32(cover.digits))
        // SAFETY: the tables have been checked, and live as long as the cover.
        return unsafe withUnsafePointer(to: forms) { unsafe body($0) }
    }

    private var bytes: UnsafePointer<UInt8> {
        // SAFETY: the block holds plain bytes and lives as long as this value.
        unsafe UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
    }

    /// The bit of four bytes in a bitmap of 2 to the (32 - `shift`) bits.
    static func bit(of gram: UInt32, shift: UInt32) -> Int { Int(evs_gram_bit(gram, shift)) }
    /// The same of eight.
    static func bit(of gram: UInt32, _ behind: UInt32, shift: UInt32) -> Int { Int(evs_pair_bit(gram, behind, shift)) }
}

/// Up to three bytes that a lane looks for.
struct TriggerBytes {
    let first: UInt8
    let second: UInt8
    let third: UInt8
}

/// Where something to decode is for each family of lanes.
struct FirstEscapes {
    var escape: Int
    var percent: Int
    var entity: Int
    var quote: Int
}

/// A family of escapes.
enum EscapeKind {
    case escapes
    case backslashes
    case quotes
    case percent
    case entities
    case mixed

    fileprivate var code: evs_kind {
        switch self {
        case .escapes: EVS_BACKSLASH_ESCAPES
        case .backslashes: EVS_BACKSLASHES
        case .quotes: EVS_QUOTES
        case .percent: EVS_PERCENT
        case .entities: EVS_ENTITIES
        case .mixed: EVS_MIXED
        }
    }
}

/// Whether a form may cover an escape.
enum Touch {
    case apart
    /// What comes next decides it.
    case undecided
    case touched
}

/// In which forms a character stands, as bits.
enum CharacterClass {
    static let form = UInt8(EVS_IN_FORM)
    static let hex = UInt8(EVS_IN_HEX)
    static let digit = UInt8(EVS_HEX_DIGIT)
}

/// Overwrites held text whose place is given back.
func wipe(_ bytes: inout [UInt8], _ range: Range<Int>) {
    // SAFETY: the slice is checked against the array, whose memory lives for the closure.
    unsafe bytes.withUnsafeMutableBytes { unsafe SecretMemory.wipe(UnsafeMutableRawBufferPointer(rebasing: $0[range])) }
}

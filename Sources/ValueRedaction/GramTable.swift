internal import SecretMemory

/// Where four bytes at a place tell which forms may stand there.
///
/// Each form gives as many grams, from its start on, as a stride has places, so that one of them falls on a place that is
/// looked at. A bitmap in front keeps nearly every place of ordinary text away from the entries. All of it spells the values
/// and is in locked memory. Forms are added in place; a table that gets crowded makes way for a larger one.
final class GramTable {
    /// A block of entries, or of spellings.
    final class Block {
        let store: LockedStore
        init(count: Int) throws(SecretMemoryError) { store = try LockedStore(count: count) }
    }

    private(set) var forms: [Form] = []
    /// What the forms spell.
    private(set) var spelled: Block
    /// Every how many places the text is looked at.
    private(set) var stride = largestStride
    static let largestStride = 8
    let bitmap: LockedStore
    /// The same for eight bytes.
    let pairs: LockedStore
    /// Whether each form has eight bytes from each place on at which it may be found.
    private(set) var hasPairs = true
    let bitmapShift: UInt32
    let cover: FormCover
    let isLarge: Bool
    /// For each hash the number of its last entry, from 1 on.
    private let heads: LockedStore
    private let headShift: UInt32
    /// Four words each: the gram, the four bytes behind it, the form with the distance from its start and with `isAlone` when
    /// the bytes behind are not known, and the number of the entry before it with the same hash.
    private var blocks: [Block] = []
    private var entries = 0

    private static let isAlone: UInt32 = 1 << 31
    private static let distanceShift: UInt32 = 24
    private static let blockShift = 12
    /// No value has more entries: 12 forms of base64, 3 of digits alone, each in two ways, 8 of bytes, and the digits of the value.
    private static let mostOfValue = (2 * 12 + 2 * 3 + 8) * largestStride + 2 * HexPattern.all.count
    /// How many values a small table may hold.
    private static let mostOfSmall = 12

    init(isLarge: Bool, spelled: Block) throws(SecretMemoryError) {
        self.isLarge = isLarge
        self.spelled = spelled
        bitmapShift = isLarge ? 11 : 14
        headShift = isLarge ? 16 : 18
        bitmap = try LockedStore(count: 1 << (29 - Int(bitmapShift)))
        pairs = try LockedStore(count: 1 << (29 - Int(bitmapShift)))
        heads = try LockedStore(count: 4 << (32 - Int(headShift)))
        cover = try FormCover(shift: isLarge ? 11 : 13)
    }

    /// A table that has room for the forms of one more value: this one or one that takes its place. Nothing has changed when
    /// it throws.
    func withRoom(values: Int) throws(SecretMemoryError) -> GramTable {
        if values >= Self.mostOfSmall, !isLarge {
            let larger = try GramTable(isLarge: true, spelled: spelled)
            for form in forms {
                try larger.reserve()
                larger.add(form)
            }
            try larger.reserve()
            return larger
        }
        try reserve()
        return self
    }

    private func reserve() throws(SecretMemoryError) {
        if entries + Self.mostOfValue > blocks.count << Self.blockShift {
            blocks.append(try Block(count: 16 << Self.blockShift))
        }
    }

    /// Adds the forms of a value that lie in `spelled`, for which there is room.
    func add(_ added: [Form], in spelled: Block) {
        self.spelled = spelled
        for form in added { add(form) }
    }

    private func add(_ form: Form) {
        let number = UInt32(forms.count)
        forms.append(form)
        stride = min(stride, form.known - 3)
        Self.grams(of: form, in: spelled.store, stride: stride) { gram, behind, distance in
            let bit = LockedStore.bit(of: gram, shift: bitmapShift)
            bitmap[bit >> 3] |= 1 << UInt8(bit & 7)
            if let behind {
                let bit = LockedStore.bit(of: gram, behind, shift: bitmapShift)
                pairs[bit >> 3] |= 1 << UInt8(bit & 7)
            } else {
                hasPairs = false
            }
            let hash = LockedStore.bit(of: gram, shift: headShift)
            let (block, word) = place(entries)
            block.store[word: word] = gram
            block.store[word: word + 1] = behind ?? 0
            block.store[word: word + 2] = number | UInt32(distance) << Self.distanceShift | (behind == nil ? Self.isAlone : 0)
            block.store[word: word + 3] = heads[word: hash]
            entries += 1
            heads[word: hash] = UInt32(entries)
        }
        cover.add(form, in: spelled.store)
    }

    private func place(_ entry: Int) -> (Block, word: Int) {
        (blocks[entry >> Self.blockShift], 4 * (entry & (1 << Self.blockShift - 1)))
    }

    /// The forms of which `gram` may be a part, with its distance from their start. `behind`: the four bytes after it, where
    /// they have come. One form may come up twice.
    @inline(__always)
    func each(of gram: UInt32, behind: UInt32?, _ body: (_ form: Int, _ distance: Int) -> Void) {
        var entry = heads[word: LockedStore.bit(of: gram, shift: headShift)]
        while entry > 0 {
            let (block, word) = place(Int(entry) - 1)
            entry = block.store[word: word + 3]
            guard block.store[word: word] == gram else { continue }
            let form = block.store[word: word + 2]
            if let behind, form & Self.isAlone == 0, block.store[word: word + 1] != behind { continue }
            body(Int(form & (1 << Self.distanceShift - 1)), Int((form & ~Self.isAlone) >> Self.distanceShift))
        }
    }
}

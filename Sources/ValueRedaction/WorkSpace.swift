internal import SecretMemory

/// The texts of the lanes while a block of output is worked on, in locked memory that all streams share.
final class WorkSpace {
    /// Bytes of output that are worked on at a time.
    static let block = 8192
    /// Characters of each lane that are kept from block to block. More than the longest escape and what is looked at around it.
    static let kept = 48
    private static let capacity = block + kept + 64

    let store: LockedStore
    /// What was read last.
    let pieces: Pieces
    /// What was read before that, while both are needed.
    let outerPieces: Pieces

    init() throws(SecretMemoryError) {
        store = try LockedStore(count: Self.capacity * (LaneKind.allCases.count + 1))
        pieces = try Pieces(count: Self.capacity)
        outerPieces = try Pieces(count: Self.capacity)
    }

    /// Where the text of a lane starts.
    static func place(of lane: LaneKind) -> Int { lane.rawValue * capacity }
    /// Where the output itself lies.
    static let rawPlace = LaneKind.allCases.count * capacity
}

/// Of a text that has been written from another one, which of it stands for what.
final class Pieces {
    /// From `at` characters on, each stands for one from the place `from` on where `width` is 0; else they all stand for `width`
    /// characters.
    struct Piece {
        let at: Int
        let width: Int
        let from: Int
    }

    let store: LockedStore
    /// How many there are, and how many characters were written.
    var count = 0
    var characters = 0

    init(count: Int) throws(SecretMemoryError) { store = try LockedStore(count: 8 * count) }

    subscript(index: Int) -> Piece {
        let first = store[word: 2 * index]
        return Piece(at: Int(first & 0xFFFF), width: Int(first >> 16), from: Int(store[word: 2 * index + 1]))
    }

    /// Where what the character at `position` stands for begins.
    func place(of position: Int) -> Int {
        var index = count - 1
        while index > 0, self[index].at > position { index -= 1 }
        let piece = self[index]
        return piece.width == 0 ? piece.from + position - piece.at : piece.from
    }

    /// Behind the characters of a piece.
    func end(of index: Int) -> Int { index + 1 < count ? self[index + 1].at : characters }
}

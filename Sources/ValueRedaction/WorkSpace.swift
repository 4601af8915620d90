internal import SecretMemory

/// The texts of the lanes while a block of output is worked on, in locked memory that all streams share.
final class WorkSpace {
    /// Bytes of output that are worked on at a time.
    static let block = 8192
    /// Characters of each lane that are kept from block to block. More than the longest escape and a window.
    static let kept = 48
    private static let capacity = block + kept + 64

    let store: LockedStore

    init() throws(SecretMemoryError) {
        store = try LockedStore(count: Self.capacity * (LaneKind.allCases.count + 1))
    }

    /// Where the text of a lane starts.
    static func place(of lane: LaneKind) -> Int { lane.rawValue * capacity }
    /// Where the output itself lies.
    static let rawPlace = LaneKind.allCases.count * capacity
}

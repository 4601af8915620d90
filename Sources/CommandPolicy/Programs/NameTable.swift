/// Names with a number each, found by hash: open addressing over FNV-1a.
///
/// The hash is not keyed. Operator files are trusted not to be made of collisions, and a session's fence is too small
/// (`SessionFence.mostNames`) for them to matter.
struct NameTable: Sendable {
    private var slots: [Int32]
    private var hashes: [UInt64] = []
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []
    private var values: [Int] = []

    /// A name given twice keeps its first number.
    init(_ entries: [(name: [UInt8], value: Int)]) {
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for entry in entries {
            let hash = Self.hash(entry.name.span)
            if self[hash, entry.name.span] != nil { continue }
            var slot = Self.slot(hash, size)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(values.count)
            hashes.append(hash)
            bytes.append(contentsOf: entry.name)
            starts.append(bytes.count)
            values.append(entry.value)
        }
    }

    var isEmpty: Bool { values.isEmpty }
    var count: Int { values.count }

    subscript(hash: UInt64, name: Span<UInt8>) -> Int? {
        if values.isEmpty { return nil }
        var slot = Self.slot(hash, slots.count)
        while true {
            let index = Int(slots[slot])
            if index < 0 { return nil }
            if hashes[index] == hash, matches(index, name) { return values[index] }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private func matches(_ index: Int, _ name: Span<UInt8>) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == name.count else { return false }
        let own = bytes.span
        for offset in name.indices where own[start + offset] != name[offset] { return false }
        return true
    }

    /// Steps that `first(matching:)` may take.
    func effort(matching pattern: ArraySlice<UInt8>) -> Int { count * (pattern.count + 16) }

    /// The number of the first name, in order, that a shell pattern matches.
    func first(matching pattern: ArraySlice<UInt8>) -> Int? {
        for index in values.indices where ShellPattern.matches(pattern, bytes[starts[index]..<starts[index + 1]]) {
            return values[index]
        }
        return nil
    }

    private static func slot(_ hash: UInt64, _ size: Int) -> Int {
        Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & UInt64(size - 1))
    }

    static var hashSeed: UInt64 { 0xcbf2_9ce4_8422_2325 }

    static func hash(_ hash: UInt64, adding byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    static func hash(_ name: Span<UInt8>) -> UInt64 {
        var hash = hashSeed
        for index in name.indices { hash = Self.hash(hash, adding: name[index]) }
        return hash
    }
}

internal import SecretMemory
internal import Vault
internal import VaultStore

/// Finds known values in a text. Holds the values in secret memory, and knows them by their first four bytes.
struct ValueMatcher: ~Copyable {
    private var values: SecretBuffer
    private var entries: [(name: String, range: Range<Int>)] = []
    private var byHead: [UInt32: [Int]] = [:]
    /// Which pairs of first bytes occur at all.
    private var heads = [Bool](repeating: false, count: 1 << 16)

    /// Values shorter than this are too common to look for, and never fewer than 4 bytes.
    let shortest: Int

    init(shortest: Int) throws {
        values = try SecretBuffer()
        self.shortest = max(4, shortest)
    }

    var count: Int { entries.count }

    mutating func add(_ name: String, _ value: borrowing SecretBytes) throws {
        guard value.count >= shortest else { return }
        let start = values.count
        try value.withBytes { try values.append($0) }
        let head = value.withBytes { Self.head($0, 0) }
        byHead[head, default: []].append(entries.count)
        heads[Int(head >> 16)] = true
        entries.append((name, start..<values.count))
    }

    private static func head(_ bytes: RawSpan, _ at: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 8 | UInt32(bytes.byte(at: at + $1)) }
    }

    /// Reports the offset and name of every value in a text.
    borrowing func search(_ text: RawSpan, _ found: (Int, String) -> Void) {
        guard !entries.isEmpty, text.byteCount >= 4 else { return }
        for at in 0...(text.byteCount - 4) {
            guard heads[Int(text.byte(at: at)) << 8 | Int(text.byte(at: at + 1))] else { continue }
            for index in byHead[Self.head(text, at)] ?? [] where matches(index, text, at) { found(at, entries[index].name) }
        }
    }

    private borrowing func matches(_ index: Int, _ text: RawSpan, _ at: Int) -> Bool {
        let range = entries[index].range
        guard at + range.count <= text.byteCount else { return false }
        return values.withBytes { values in
            for offset in 0..<range.count where values.byte(at: range.lowerBound + offset) != text.byte(at: at + offset) {
                return false
            }
            return true
        }
    }
}

extension ValueMatcher {
    /// Takes all live values of all projects; the log says so first.
    mutating func addAll(of vault: borrowing UnlockedVault) throws {
        let store = vault.locked.store
        let names = Dictionary(uniqueKeysWithValues: try store.projects().map { ($0.id, $0.name) })
        let places = try store.secrets().map(\.place)
        let receipt = try vault.record(.scan, places)
        for place in places {
            try add("\(names[place.project] ?? "?")/\(place.environment)/\(place.key)", try vault.open(place, receipt))
        }
    }
}

/// The members of a JSON object, in order, each key once.
///
/// Looking a key up takes constant time in large objects and a short scan in small ones. Keys are told apart by their
/// bytes.
public struct JSONObject: Sendable {
    /// A key with its value.
    public struct Member: Sendable {
        public let key: String
        public fileprivate(set) var value: JSONValue
    }

    /// The members in order.
    public private(set) var members: [Member]
    /// Where each key stands; kept only once a scan would cost more than hashing.
    private var index: [KeyBytes: Int]?

    /// The number of members up to which a scan is used.
    private static let scanLimit = 12

    /// An object without members.
    public init() {
        members = []
        index = nil
    }

    /// The members in order; a repeated key keeps its first place and its last value.
    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        self.init()
        for (key, value) in pairs { self[key] = value }
    }

    /// The number of members.
    public var count: Int { members.count }
    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }
    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a key. Setting a new key appends it; setting nil removes the member, in time linear in the object.
    public subscript(key: String) -> JSONValue? {
        get {
            guard let place = place(of: key) else { return nil }
            return members[place].value
        }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (nil, let value?): append(value, for: key)
            case (let place?, nil):
                members.remove(at: place)
                index = nil
                if members.count > Self.scanLimit { buildIndex() }
            case (nil, nil): break
            }
        }
    }

    /// Whether there is a member of that name, also one that is null.
    public func contains(_ key: String) -> Bool { place(of: key) != nil }

    /// Adds a member unless the key is there already.
    /// - Returns: whether it was added.
    mutating func appendIfNew(_ value: JSONValue, for key: String) -> Bool {
        guard place(of: key) == nil else { return false }
        append(value, for: key)
        return true
    }

    private mutating func append(_ value: JSONValue, for key: String) {
        members.append(Member(key: key, value: value))
        if index != nil {
            index?[KeyBytes(key)] = members.count - 1
        } else if members.count > Self.scanLimit {
            buildIndex()
        }
    }

    private mutating func buildIndex() {
        var built: [KeyBytes: Int] = [:]
        built.reserveCapacity(members.count * 2)
        for (place, member) in members.enumerated() { built[KeyBytes(member.key)] = place }
        index = built
    }

    private func place(of key: String) -> Int? {
        if let index { return index[KeyBytes(key)] }
        return members.firstIndex { $0.key.hasSameBytes(as: key) }
    }
}

extension JSONObject: Equatable {
    /// Same keys with equal values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.members.allSatisfy { right[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Sequence {
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
    public var underestimatedCount: Int { members.count }
}

/// A key as its bytes. `String` hashes canonically equivalent texts alike, and there are factorially many of those, so
/// its hash would let a client choose collisions.
private struct KeyBytes: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: KeyBytes, right: KeyBytes) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var filled = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled == 8 {
                hasher.combine(word)
                word = 0
                filled = 0
            }
        }
        hasher.combine(word)
        hasher.combine(text.utf8.count)
    }
}

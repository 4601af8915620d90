/// What verifies a candidate.
enum Verifier: Sendable {
    case marker
    case shape(TokenShape)
    case compact(CompactToken)
    case privateKey
    case urlPassword
    case commandLine(CommandLineSecret)
    case bearer
    case named
}

/// An anchor, a text that every match of the rule holds at a fixed place, and what verifies it.
struct Rule: Sendable {
    /// With `isFolded` lower case, and ASCII case does not count.
    var anchor: [UInt8]
    var isFolded: Bool
    /// The place in the anchor of the two bytes the scanner looks for.
    var pairOffset: Int
    var verifier: Verifier

    init(_ anchor: String, folded: Bool = false, _ verifier: Verifier) {
        self.anchor = Array(anchor.utf8)
        isFolded = folded
        pairOffset = Self.rarestPair(of: self.anchor)
        self.verifier = verifier
    }

    /// Verifies a candidate at `index`. A verdict counts only if `window.reachedEnd` stays unset.
    func match(at index: Int, in window: inout Window, rules: RedactionRules) -> Match? {
        window.begin(at: index)
        guard window.has(anchor, at: index, folded: isFolded) else { return nil }
        switch verifier {
        case .marker:
            guard let end = RedactionMarker.labelEnd(at: index, in: &window) else { return nil }
            let label = String(decoding: window.copy(index + anchor.count..<end), as: UTF8.self)
            guard rules.labels.contains(label) else { return nil }
            return Match(start: index, tailStart: end + 1, tail: .none, label: label, isMarker: true)
        case .shape(let shape): return shape.match(at: index, in: &window)
        case .compact(let token): return token.match(at: index, in: &window)
        case .privateKey: return PrivateKeyBlock.match(at: index, in: &window)
        case .urlPassword: return URLPassword.match(at: index, in: &window)
        case .commandLine(let secret): return secret.match(at: index, in: &window)
        case .bearer: return AuthorizationHeader.bearer(at: index, in: &window)
        case .named: return NamedValue.match(at: index, length: anchor.count, in: &window)
        }
    }

    /// Bytes that the redactor holds back at the end of what has arrived, since a match found later may start there.
    static let held = ByteSet.tokenAndDot.union(ByteSet("~"))
    /// How many of them at most. No rule starts further before its pair.
    static let longestHold = 16

    /// The place of the pair that ordinary text holds least, with only held bytes before it.
    private static func rarestPair(of anchor: [UInt8]) -> Int {
        var best = 0
        var least = Int.max
        for offset in 0..<(anchor.count - 1) {
            if offset > 7 || (offset > 0 && !held.contains(anchor[offset - 1])) { break }
            let weight = commonness(anchor[offset]) * commonness(anchor[offset + 1])
            if weight < least { (best, least) = (offset, weight) }
        }
        return best
    }

    private static func commonness(_ byte: UInt8) -> Int {
        let order = Array("etaoinsrhldcumfpgwybvkxjqz".utf8)
        if let rank = order.firstIndex(of: byte) { return 30 - rank }
        if ByteSet.digits.contains(byte) || byte == UInt8(ascii: " ") { return 16 }
        return ByteSet.upper.contains(byte) ? 5 : 10
    }
}

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
final class Rule: Sendable {
    /// With `isFolded` lower case, and ASCII case does not count.
    let anchor: [UInt8]
    let isFolded: Bool
    /// What the bytes behind a short anchor, up to the fourth, must be.
    let next: ByteSet
    let verifier: Verifier

    init(_ anchor: String, folded: Bool = false, next: ByteSet = ByteSet(0...255), _ verifier: Verifier) {
        self.anchor = Array(anchor.utf8)
        isFolded = folded
        self.next = next
        self.verifier = verifier
    }

    /// Verifies a candidate at `index`. A verdict counts only if `window.reachedEnd` stays unset.
    func match(at index: Int, in window: inout Window, rules: RedactionRules) -> Match? {
        window.begin(at: index)
        guard window.has(anchor, at: index, folded: isFolded) else { return nil }
        if anchor.count < AnchorFilter.reach {
            for place in anchor.count..<AnchorFilter.reach where !window.has(next, at: index + place) { return nil }
        }
        switch verifier {
        case .marker:
            guard let end = RedactionMarker.labelEnd(at: index, in: &window) else { return nil }
            let label = String(decoding: window.bytes[index + anchor.count..<end], as: UTF8.self)
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
    /// How many of them at most. No rule starts further before its anchor.
    static let longestHold = 16
}

/// Decides whether the value behind a telling name is a secret or code, prose, a type, a reference.
///
/// Machine-made secrets hold digits, so a word of letters under `token` in a loose form is taken for code. People
/// choose words, so under `password` a word counts wherever the form is one of settings, not of programs.
struct ValueContext {
    var kind: SecretName
    var form: Assignment
    var isEnvironment: Bool
    /// What the value is made of.
    var traits: ByteTraits
    /// Name and value make up a whole line.
    var isWholeLine = false

    /// The shortest value that counts, in bytes.
    private static let shortest = 4
    private static let brackets = ByteSet("([{")
    private static let closers = ByteSet(",;)] ")
    private static let patternStarts = ByteSet("([^")
    private static let operators = ByteSet("&*|>!-:")
    private static let scope = Array("::".utf8)
    private static let arrow = Array("->".utf8)
    private static let word = ByteSet.letters.union(ByteSet("_-"))

    /// `name=value` without spaces, the form of settings, queries and arguments.
    private var isTight: Bool { form.separator == .equals && !form.isSpaced }

    /// Whether the verdict rests on the line around it, which is not known before the line has ended.
    func dependsOnLine(_ value: borrowing Span<UInt8>) -> Bool {
        form.quote == nil && form.isSpaced && kind.isChosenByPeople && !isEnvironment
            && value.count >= Self.shortest && traits.isAll(.words)
    }

    func isSecret(_ value: borrowing Span<UInt8>, name: borrowing Span<UInt8>) -> Bool {
        guard value.count >= Self.shortest, !Value.isPlaceholder(value) else { return false }
        guard !Value.isOrdinary(value), !isNumber(value) else { return false }
        if kind == .auth {
            return value.count >= 16 && traits.isAll(.bearer) && traits.has(.digits)
                && traits.has(.letters)
                && !(form.isSpaced && form.quote == nil && traits.has(.identifierJoints))
        }
        // A type or another name for the key.
        if kind == .privateKey, SecretName(lastOf: value) == .privateKey { return false }
        if isEnvironment { return !(kind == .credential && value[0] == UInt8(ascii: "/")) }
        if form.quote != nil { return isQuotedSecret(value, name: name) }
        if form.separator == .tag { return true }
        return isBareSecret(value, name: name)
    }

    private func isNumber(_ value: borrowing Span<UInt8>) -> Bool {
        if kind == .password { return false }
        if Value.isHexadecimalNumber(value) || Value.isColour(value) { return true }
        return form.quote == nil && traits.isAll(.numbers)
    }

    private func isQuotedSecret(_ value: borrowing Span<UInt8>, name: borrowing Span<UInt8>) -> Bool {
        if NameWords.areSame(value, name) { return false }
        let isAssigned = form.isSpaced && !form.isNameQuoted
        if isAssigned, Self.closers.contains(value[0]), value.count == 1 || Self.closers.contains(value[1]) {
            // The end of a string and what follows it: `prompt("New password: ", stream)`.
            return false
        }
        if let blank = value.first(of: UInt8(ascii: " ")) {
            return kind.isChosenByPeople && value[value.count - 1] != UInt8(ascii: ".")
                && SecretName(lastOf: value.extracting(0..<blank)) == nil
        }
        if isAssigned, kind == .token || kind == .apiKey {
            // A constant of a program: a name, or a pattern.
            if traits.isAll(.constants) { return false }
            if Self.patternStarts.contains(value[0]) { return false }
        }
        let isLooseWord = form.separator == .colon && !form.isNameQuoted && value.count < 12
        return kind.isChosenByPeople || !(isLooseWord && !traits.has(.digits))
    }

    private func isBareSecret(_ value: borrowing Span<UInt8>, name: borrowing Span<UInt8>) -> Bool {
        let first = value[0]
        guard !Self.brackets.contains(first) else { return false }
        if !isEnvironment, Value.isLink(value) { return false }
        if first == UInt8(ascii: "$"), Value.isAll(Self.word, value.extracting(1..<value.count)) { return false }
        if !isTight, Self.operators.contains(first) { return false }
        if form.separator == .space, first == UInt8(ascii: "-") { return false }
        if traits.has(.calls), !(kind.isChosenByPeople && isTight && traits.has(.signs)) {
            return false
        }
        if traits.has(.accessEnds), value.holds(Self.scope) || value.holds(Self.arrow) { return false }
        if traits.isAll(.references), refersToSecret(value, name: name) { return false }
        if traits.isAll(.paths), traits.has(.dots), !(isTight && kind.isChosenByPeople) || Value.isMember(value) { return false }
        if traits.isAll(.words) { return isWordSecret(value) }
        if kind.isChosenByPeople || isTight { return true }
        return value.count >= 8 && traits.has(.digits) && traits.has(.letters)
            && !isPosition(value)
    }

    /// An identifier whose last of several words is a telling name, or the name itself: code that passes a secret on.
    private func refersToSecret(_ value: borrowing Span<UInt8>, name: borrowing Span<UInt8>) -> Bool {
        if NameWords.areSame(value, name) { return true }
        return !traits.has(.digits) && NameWords.areSeveral(value) && SecretName(lastOf: value) != nil
    }

    private func isWordSecret(_ value: borrowing Span<UInt8>) -> Bool {
        if isTight { return true }
        guard kind.isChosenByPeople else { return false }
        switch form.separator {
        case .space: return !traits.isAll(.capitals)
        case .colon where ByteSet.upper.contains(value[0]): return false
        default: return !form.isSpaced || isWholeLine
        }
    }

    /// `12:5:error`, a place in a file.
    private func isPosition(_ value: borrowing Span<UInt8>) -> Bool {
        guard let colon = value.first(of: UInt8(ascii: ":")) else { return false }
        return colon > 0 && Value.isAll(.digits, value.extracting(0..<colon))
    }
}

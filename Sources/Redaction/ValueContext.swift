/// Decides whether the value behind a telling name is a secret or code, prose, a type, a reference.
///
/// Machine-made secrets hold digits, so a word of letters under `token` in a loose form is taken for code. People
/// choose words, so under `password` a word counts wherever the form is one of settings, not of programs.
struct ValueContext {
    var kind: SecretName
    var name: [UInt8]
    var form: Assignment
    var isEnvironment: Bool
    /// Name and value make up a whole line.
    var isWholeLine = false

    /// The shortest value that counts, in bytes.
    private static let shortest = 4
    private static let word = ByteSet.letters.union(ByteSet("_-"))

    /// `name=value` without spaces, the form of settings, queries and arguments.
    private var isTight: Bool { form.separator == .equals && !form.isSpaced }

    /// Whether the verdict rests on the line around it, which is not known before the line has ended.
    func dependsOnLine(_ value: [UInt8]) -> Bool {
        form.quote == nil && form.isSpaced && kind.isChosenByPeople && !isEnvironment
            && value.count >= Self.shortest && Value.isAll(Self.word, value)
    }

    func isSecret(_ value: [UInt8]) -> Bool {
        guard value.count >= Self.shortest, !Value.isPlaceholder(value) else { return false }
        guard !Value.isOrdinary(value), !isNumber(value) else { return false }
        if kind == .auth {
            return value.count >= 16 && Value.isAll(.bearer, value) && Value.has(.digits, in: value)
        }
        if isEnvironment { return !(kind == .credential && value.starts(with: Array("/".utf8))) }
        if form.quote != nil { return isQuotedSecret(value) }
        if form.separator == .tag { return true }
        return isBareSecret(value)
    }

    private func isNumber(_ value: [UInt8]) -> Bool {
        !(kind == .password) && form.quote == nil && Value.isAll(.digits.union(ByteSet(".,_:+-")), value)
    }

    private func isQuotedSecret(_ value: [UInt8]) -> Bool {
        if SecretName.words(of: value) == SecretName.words(of: name) { return false }
        if value.contains(UInt8(ascii: " ")) {
            return kind.isChosenByPeople && value.last != UInt8(ascii: ".")
        }
        let isLooseWord = form.separator == .colon && !form.isNameQuoted && value.count < 12
        return kind.isChosenByPeople || !(isLooseWord && !Value.has(.digits, in: value))
    }

    private func isBareSecret(_ value: [UInt8]) -> Bool {
        guard let first = value.first, !ByteSet("([{").contains(first) else { return false }
        if !isTight, ByteSet("&*|>!-").contains(first) { return false }
        if form.separator == .space, first == UInt8(ascii: "-") { return false }
        if Value.has(ByteSet("(["), in: value), !(kind.isChosenByPeople && isTight && Value.has(ByteSet("!@#$%^"), in: value)) {
            return false
        }
        if value.holds(Array("::".utf8)) || value.holds(Array("->".utf8)) { return false }
        if Value.refersToSecret(value, name: name) { return false }
        if Value.isMember(value) || (Value.isPath(value) && !(isTight && kind.isChosenByPeople)) { return false }
        if Value.isAll(Self.word, value) { return isWordSecret(value) }
        if kind.isChosenByPeople || isTight { return true }
        return value.count >= 8 && Value.has(.digits, in: value) && Value.has(.letters, in: value)
            && !isPosition(value)
    }

    private func isWordSecret(_ value: [UInt8]) -> Bool {
        if isTight { return true }
        guard kind.isChosenByPeople else { return false }
        switch form.separator {
        case .space: return !Value.isAll(.upper.union(ByteSet("_")), value)
        case .colon where ByteSet.upper.contains(value[0]): return false
        default: return !form.isSpaced || isWholeLine
        }
    }

    /// `12:5:error`, a place in a file.
    private func isPosition(_ value: [UInt8]) -> Bool {
        guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return colon > 0 && Value.isAll(.digits, Array(value[..<colon]))
    }
}

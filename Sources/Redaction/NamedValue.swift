/// Values known by a telling name: `password=…`, `"api_key": "…"`, `export GITHUB_TOKEN=…`, `--password …`,
/// `Authorization: Basic …`, `<password>…</password>`, `login … password …`.
enum NamedValue {
    /// Parts of names that make a candidate; every telling name holds one. Lower case.
    static let anchors = ["pass", "secret", "token", "credential", "key", "pwd", "auth"]

    private static let nameBytes = ByteSet.identifier.union(ByteSet("-"))
    private static let environmentName = ByteSet.upperDigits.union(ByteSet("_"))
    private static let hardEnd = ByteSet.whitespace.union(.quotes).union(ByteSet("<&;|"))
    private static let softEnd = ByteSet(",)]}>\\")
    /// How much of a value is looked at to judge it, in bytes.
    private static let judged = 128

    /// Verifies a name that holds an anchor of `length` at `index`.
    static func match(at index: Int, length: Int, in window: inout Window) -> Match? {
        let end = window.end(of: nameBytes, from: index + length, limit: 64)
        guard let form = Assignment(after: end, in: &window) else { return nil }
        var start = window.start(of: nameBytes, before: index, limit: 80)
        let dashes = window.end(of: .dash, from: start, limit: end - start) - start
        start += dashes
        guard start < end else { return nil }
        let name = window.copy(start..<end)
        var words = SecretName.words(of: name)
        if words == ["key"] { words = wordBefore(start, in: &window) + words }

        let isEnvironment = form.separator == .equals && !form.isSpaced && !form.isNameQuoted
            && Value.isAll(environmentName, name)
        guard let kind = SecretName(lastOf: words) ?? (isEnvironment ? SecretName(environment: words) : nil) else { return nil }
        if kind == .authorization { return AuthorizationHeader.match(form, in: &window) }
        switch form.separator {
        case .tag where !window.has(ByteSet("<:"), at: start - 1): return nil
        case .space where dashes == 0: return netrc(kind, name: start, value: form, in: &window)
        default: break
        }

        let tail = Self.tail(of: form, isEnvironment: isEnvironment, name: start - dashes, in: &window)
        let valueEnd = judgedEnd(of: tail, from: form.valueStart, in: &window)
        let value = window.copy(form.valueStart..<valueEnd)
        guard !value.starts(with: Array("-----BEGIN".utf8)), !value.starts(with: RedactionMarker.opening) else { return nil }
        var context = ValueContext(kind: kind, name: name, form: form, isEnvironment: isEnvironment)
        if context.dependsOnLine(value) {
            context.isWholeLine = isLineStart(start - dashes, in: &window) && isLineEnd(valueEnd, in: &window)
        }
        guard context.isSecret(value) else { return nil }
        let label = knownLabel(at: form.valueStart, in: &window) ?? kind.label
        return Match(start: form.valueStart, tailStart: form.valueStart, tail: tail, label: label)
    }

    /// The name of the shape that the value itself has, which says more than the name it stands under.
    static func knownLabel(at index: Int, in window: inout Window) -> String? {
        for shape in TokenShape.all where window.has(shape.prefix, at: index) {
            if let match = shape.match(at: index, in: &window), match.start == index { return match.label }
        }
        guard window.has(Array("eyJ".utf8), at: index) else { return nil }
        return CompactToken.jwt.match(at: index, in: &window)?.label
    }

    /// `access` in `access key`.
    private static func wordBefore(_ start: Int, in window: inout Window) -> [String] {
        guard window.has(UInt8(ascii: " "), at: start - 1) else { return [] }
        let word = window.start(of: .letters, before: start - 1, limit: 16)
        return SecretName.words(of: window.copy(word..<start - 1))
    }

    private static func tail(of form: Assignment, isEnvironment: Bool, name: Int, in window: inout Window) -> Tail {
        if let quote = form.quote { return .quoted(quote, escaped: form.isEscaped) }
        if form.separator == .tag { return .until(ByteSet("<\r\n")) }
        guard isEnvironment else {
            return .value(hard: hardEnd, soft: softEnd)
        }
        // Printed by `env`, a value may hold anything but the end of the line; only an enclosing quote ends it early.
        guard let enclosing = window.byte(at: name - 1), ByteSet.quotes.contains(enclosing) else { return .until(.whitespace) }
        var stop = ByteSet.whitespace
        stop.insert(enclosing)
        return .until(stop)
    }

    /// Where the part of a value ends that is judged. Reads exactly what the tail would.
    private static func judgedEnd(of tail: Tail, from start: Int, in window: inout Window) -> Int {
        var position = start
        while position - start < judged, let byte = window.byte(at: position) {
            switch tail {
            case .until(let stop):
                if stop.contains(byte) { return position }
            case .value(let hard, let soft):
                if hard.contains(byte) { return position }
                if soft.contains(byte), !window.has(.alphanumeric, at: position + 1) { return position }
            case .quoted(let quote, let escaped):
                if byte == quote || byte == 0x0A || byte == 0x0D { return position }
                if byte == UInt8(ascii: "\\"), let next = window.byte(at: position + 1) {
                    if escaped, next == quote { return position }
                    if next != 0x0A, next != 0x0D { position += 1 }
                }
            case .privateKey: return position
            }
            position += 1
        }
        return position
    }

    /// Whether a line starts here, but for indentation, `- ` and `export `.
    private static func isLineStart(_ index: Int, in window: inout Window) -> Bool {
        var position = window.start(of: .space, before: index, limit: 40)
        let export = Array("export".utf8)
        if position < index, window.has(export, at: position - export.count) {
            position = window.start(of: .space, before: position - export.count, limit: 40)
        } else if position < index, window.has(UInt8(ascii: "-"), at: position - 1) {
            position = window.start(of: .space, before: position - 1, limit: 40)
        }
        guard let before = window.byte(at: position - 1) else { return true }
        return before == 0x0A || before == 0x0D
    }

    private static func isLineEnd(_ index: Int, in window: inout Window) -> Bool {
        guard let byte = window.byte(at: window.end(of: .space, from: index, limit: 40)) else { return true }
        return byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "#")
    }

    /// `machine … login … password VALUE`; without `machine` the value must not be a mere word, which prose has.
    private static func netrc(_ kind: SecretName, name: Int, value: Assignment, in window: inout Window) -> Match? {
        guard kind == .password else { return nil }
        let word = ByteSet.whitespace.inverted
        var position = window.start(of: .whitespace, before: name, limit: 40)
        let user = window.start(of: word, before: position, limit: 64)
        guard user < position else { return nil }
        position = window.start(of: .whitespace, before: user, limit: 40)
        let login = Array("login".utf8)
        guard window.has(login, at: position - login.count) else { return nil }
        position = window.start(of: .whitespace, before: position - login.count, limit: 40)
        let host = window.start(of: word, before: position, limit: 64)
        let gap = window.start(of: .whitespace, before: host, limit: 40)
        let machine = Array("machine".utf8)
        let isNetrc = window.has(machine, at: gap - machine.count)
        let end = window.end(of: word, from: value.valueStart, limit: judged)
        let text = window.copy(value.valueStart..<end)
        guard text.count >= 4, !Value.isPlaceholder(text) else { return nil }
        guard isNetrc || !Value.isAll(.letters.union(ByteSet(".,;:!?")), text) else { return nil }
        return Match(start: value.valueStart, tailStart: value.valueStart, tail: .until(.whitespace), label: kind.label)
    }
}

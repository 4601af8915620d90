/// Values known by a telling name: `password=…`, `"api_key": "…"`, `export GITHUB_TOKEN=…`, `--password …`,
/// `Authorization: Basic …`, `<password>…</password>`, `login … password …`.
enum NamedValue {
    /// Parts of names that make a candidate; every telling name holds one. Lower case.
    static let anchors = ["pass", "secret", "token", "credential", "key", "pwd", "auth"]

    private static let author = Array("author".utf8)
    private static let key = Array("key".utf8)
    private static let export = Array("export".utf8)
    private static let login = Array("login".utf8)
    private static let machine = Array("machine".utf8)
    private static let tokenStart = Array("eyJ".utf8)
    private static let keyHeader = Array("-----BEGIN".utf8)
    private static let tagStart = ByteSet("<:")
    private static let tagEnd = ByteSet("<\r\n")
    private static let content = tagEnd.inverted
    private static let word = ByteSet.whitespace.inverted
    private static let prose = ByteSet.letters.union(ByteSet(".,;:!?"))
    /// What can stand behind an anchor: more of the name, or what leads to a value.
    static let next = nameBytes.union(ByteSet("\\\"'` \t=:?>"))

    private static let nameBytes = ByteSet.token
    private static let environmentName = ByteSet.upperDigits.union(ByteSet("_"))
    private static let hardEnd = ByteSet.whitespace.union(.quotes).union(ByteSet("<&;|"))
    private static let softEnd = ByteSet(",)]}>\\")
    /// How much of a value is looked at to judge it, in bytes.
    private static let judged = 128

    /// Verifies a name that holds an anchor of `length` at `index`.
    static func match(at index: Int, length: Int, in window: inout Window) -> Match? {
        if isAuthor(index, in: &window) { return nil }
        let end = window.end(of: nameBytes, from: index + length, limit: 64)
        guard let form = Assignment(after: end, in: &window) else { return nil }
        var start = window.start(of: nameBytes, before: index, limit: 80)
        let dashes = window.end(of: .dash, from: start, limit: end - start) - start
        start += dashes
        guard start < end else { return nil }
        // `key` and `pwd` alone tell nothing, but for a word before them.
        if end - start == 3, !window.has(UInt8(ascii: " "), at: start - 1) { return nil }
        // A value behind blanks counts under an option, or else in the form of netrc only.
        let isNetrc = form.separator == .space && dashes == 0
        if isNetrc, login(before: start, in: &window) == nil { return nil }
        if let quote = form.quote, !form.isNameQuoted, window.has(quote, at: start - dashes - 1) {
            // What looks like the start of a value is the end of a string such as `"Password: "`.
            return nil
        }
        let before = wordBefore(key: start..<end, in: &window)
        let isEnvironment = form.separator == .equals && !form.isSpaced && !form.isNameQuoted
            && Value.isAll(environmentName, window.bytes.span.extracting(start..<end))
        guard let kind = kind(of: start..<end, after: before, isEnvironment: isEnvironment, in: window) else { return nil }
        if kind == .authorization { return AuthorizationHeader.match(form, in: &window) }
        switch form.separator {
        case .tag where !window.has(tagStart, at: start - 1) || !isElement(form.valueStart, in: &window): return nil
        case .space where isNetrc: return netrc(kind, name: start, value: form, in: &window)
        default: break
        }

        let tail = Self.tail(of: form, isEnvironment: isEnvironment, name: start - dashes, in: &window)
        let valueEnd = judgedEnd(of: tail, from: form.valueStart, in: &window)
        let value = form.valueStart..<valueEnd
        guard !window.bytes.span.extracting(value).starts(with: keyHeader),
            !window.bytes.span.extracting(value).starts(with: RedactionMarker.opening) else { return nil }
        var context = ValueContext(
            kind: kind, form: form, isEnvironment: isEnvironment, traits: ByteTraits(window.bytes.span.extracting(value)))
        if context.dependsOnLine(window.bytes.span.extracting(value)) {
            let isStart = isLineStart(start - dashes, in: &window)
            context.isWholeLine = isStart && isLineEnd(valueEnd, in: &window)
        }
        guard context.isSecret(window.bytes.span.extracting(value), name: window.bytes.span.extracting(start..<end))
        else { return nil }
        let label = knownLabel(at: form.valueStart, in: &window) ?? kind.label
        return Match(start: form.valueStart, tailStart: form.valueStart, tail: tail, label: label)
    }

    /// The name of the shape that the value itself has, which says more than the name it stands under.
    static func knownLabel(at index: Int, in window: inout Window) -> String? {
        guard let first = window.byte(at: index) else { return nil }
        for shape in TokenShape.byFirst[Int(first)] where window.has(shape.prefix, at: index) {
            if let match = shape.match(at: index, in: &window), match.start == index { return match.label }
        }
        guard first == UInt8(ascii: "e"), window.has(tokenStart, at: index) else { return nil }
        return CompactToken.jwt.match(at: index, in: &window)?.label
    }

    private static func kind(
        of name: Range<Int>, after before: Range<Int>, isEnvironment: Bool, in window: borrowing Window
    ) -> SecretName? {
        let text = window.bytes.span
        if let kind = before.isEmpty ? SecretName(lastOf: text.extracting(name)) : SecretName(keyAfter: text.extracting(before)) {
            return kind
        }
        return isEnvironment ? SecretName(environment: text.extracting(name), after: text.extracting(before)) : nil
    }

    /// `access` in `access key`: the word before a name that is no other word than `key`.
    private static func wordBefore(key name: Range<Int>, in window: inout Window) -> Range<Int> {
        guard isKey(window.bytes.span.extracting(name)), window.has(UInt8(ascii: " "), at: name.lowerBound - 1) else { return 0..<0 }
        return window.start(of: .letters, before: name.lowerBound - 1, limit: 16)..<name.lowerBound - 1
    }

    private static func isKey(_ name: borrowing Span<UInt8>) -> Bool { NameWords.areSame(name, key.span) }

    private static func tail(of form: Assignment, isEnvironment: Bool, name: Int, in window: inout Window) -> Tail {
        if let quote = form.quote { return .quoted(quote, escaped: form.isEscaped) }
        if form.separator == .tag { return .until(tagEnd) }
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
        switch tail {
        case .until(let stop):
            return window.end(of: stop.inverted, from: start, limit: judged)
        case .value(let hard, let soft):
            let plain = hard.union(soft).inverted
            while true {
                position = window.end(of: plain, from: position, limit: start + judged - position)
                guard position - start < judged, let byte = window.byte(at: position), !hard.contains(byte),
                    window.has(.alphanumeric, at: position + 1) else { return position }
                position += 1
            }
        case .quoted(let quote, let escaped):
            while position - start < judged, let byte = window.byte(at: position) {
                if byte == quote || byte == 0x0A || byte == 0x0D { return position }
                if byte == UInt8(ascii: "\\"), let next = window.byte(at: position + 1) {
                    if escaped, next == quote { return position }
                    if next != 0x0A, next != 0x0D { position += 1 }
                }
                position += 1
            }
            return position
        case .privateKey: return position
        }
    }

    /// Whether a line starts here, but for indentation, `- ` and `export `.
    private static func isLineStart(_ index: Int, in window: inout Window) -> Bool {
        var position = window.start(of: .space, before: index, limit: 40)
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

    /// `author`, which stands in every entry of a log of changes and never tells of a secret.
    private static func isAuthor(_ index: Int, in window: inout Window) -> Bool {
        guard window.byte(at: index)?.lowercased == author[0], window.has(author, at: index, folded: true), let next = window.byte(at: index + author.count) else { return false }
        return !ByteSet.letters.contains(next)
    }

    /// Whether what starts here ends as an element of XML does. `<token>` in a usage text or a type does not.
    private static func isElement(_ index: Int, in window: inout Window) -> Bool {
        let end = window.end(of: content, from: index, limit: judged)
        guard end - index < judged, let next = window.byte(at: end) else { return true }
        return next == UInt8(ascii: "<") && window.has(UInt8(ascii: "/"), at: end + 1)
    }

    /// The start of `login` in `login … NAME`.
    private static func login(before name: Int, in window: inout Window) -> Int? {
        let position = window.start(of: .whitespace, before: name, limit: 40)
        let user = window.start(of: word, before: position, limit: 64)
        guard user < position else { return nil }
        let start = window.start(of: .whitespace, before: user, limit: 40) - login.count
        return window.has(login, at: start) ? start : nil
    }

    /// `machine … login … password VALUE`; without `machine` the value must not be a mere word, which prose has.
    private static func netrc(_ kind: SecretName, name: Int, value: Assignment, in window: inout Window) -> Match? {
        guard kind == .password, let login = login(before: name, in: &window) else { return nil }
        let position = window.start(of: .whitespace, before: login, limit: 40)
        let host = window.start(of: word, before: position, limit: 64)
        let gap = window.start(of: .whitespace, before: host, limit: 40)
        let isNetrc = window.has(machine, at: gap - machine.count)
        let end = window.end(of: word, from: value.valueStart, limit: judged)
        let text = window.bytes.span.extracting(value.valueStart..<end)
        guard text.count >= 4, !Value.isPlaceholder(text) else { return nil }
        guard isNetrc || !Value.isAll(prose, text) else { return nil }
        return Match(start: value.valueStart, tailStart: value.valueStart, tail: .until(.whitespace), label: kind.label)
    }
}

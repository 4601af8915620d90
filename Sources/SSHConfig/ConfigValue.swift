/// The values of options, from their text.
enum ConfigValue {
    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true": true
        case "no", "false": false
        default: nil
        }
    }

    /// TIME FORMATS of sshd_config(5): numbers with s, m, h, d, w behind them, added up.
    static func seconds(_ text: String) -> Int? {
        var total = 0
        var number: Int?
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) {
                let next = (number ?? 0).multipliedReportingOverflow(by: 10)
                guard !next.overflow, next.partialValue < 1 << 31 else { return nil }
                number = next.partialValue + Int(byte - 0x30)
                continue
            }
            guard let count = number, let unit = unit(byte) else { return nil }
            total += count * unit
            number = nil
        }
        total += number ?? 0
        return text.isEmpty || total >= 1 << 31 ? nil : total
    }

    private static func unit(_ byte: UInt8) -> Int? {
        switch byte | 0x20 {
        case 0x73: 1
        case 0x6d: 60
        case 0x68: 3600
        case 0x64: 86_400
        case 0x77: 604_800
        default: nil
        }
    }

    /// `[user@]host[:port]` or `ssh://[user@]host[:port]`, with commas between; `none` is none.
    static func jumps(_ text: String) -> [SSHJump]? {
        if text.lowercased() == "none" { return [] }
        var jumps: [SSHJump] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let jump = jump(part.hasPrefix("ssh://") ? part.dropFirst(6) : part) else { return nil }
            jumps.append(jump)
        }
        return jumps
    }

    private static func jump(_ text: Substring) -> SSHJump? {
        var rest = text
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if rest.last == "/" { rest.removeLast() }
        var host = rest
        var port: Substring?
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<end]
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else { return nil }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = rest.firstIndex(of: ":") {
            host = rest[..<colon]
            port = rest[rest.index(after: colon)...]
        }
        guard !host.isEmpty, user != "" else { return nil }
        guard let port else { return SSHJump(user: user, host: String(host), port: nil) }
        guard let number = UInt16(port), number > 0 else { return nil }
        return SSHJump(user: user, host: String(host), port: number)
    }
}

/// `%` tokens (ssh_config(5), TOKENS).
enum ConfigTokens {
    /// The text with its tokens replaced; nil when one is not in the table.
    static func replaced(_ text: String, _ table: [Character: String]) -> String? {
        var result = ""
        var characters = text[...]
        while let character = characters.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            guard let token = characters.popFirst() else { return nil }
            guard let value = token == "%" ? "%" : table[token] else { return nil }
            result += value
        }
        return result
    }
}

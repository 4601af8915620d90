/// Which names stand in a command.
enum MentionedNames {
    /// The keys that are a whole word of some argument, in the order of `keys`. A word is as long a run of ASCII letters,
    /// digits and underscores as there is.
    static func of(_ keys: [String], in arguments: [String]) -> [String] {
        let wanted = Set(keys)
        guard let longest = wanted.lazy.map(\.utf8.count).max() else { return [] }
        var found: Set<String> = []
        for argument in arguments {
            for word in argument.utf8.split(whereSeparator: { !isWordByte($0) }) where word.count <= longest {
                let name = String(Substring(word))
                if wanted.contains(name) { found.insert(name) }
            }
        }
        return keys.filter { found.remove($0) != nil }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }
}

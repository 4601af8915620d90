/// OpenSSH's lists of host patterns (`ssh_config(5)`, PATTERNS): `*`, `?`, `!` in front, commas between.
public enum HostPattern {
    /// Whether the list holds the name: some pattern matches and no pattern with `!` does. Case is ignored in ASCII.
    public static func list(_ list: some Collection<UInt8>, matches name: [UInt8]) -> Bool {
        var isFound = false
        for pattern in list.split(separator: 0x2c) {
            let isNegated = pattern.first == 0x21
            guard matches(Array(isNegated ? pattern.dropFirst() : pattern[...]).map(lowercased), name) else { continue }
            if isNegated { return false }
            isFound = true
        }
        return isFound
    }

    /// Whether a single pattern matches, case and all.
    ///
    /// Time is at most the product of both lengths: after a mismatch only the last `*` takes one byte more.
    public static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (p, n) = (0, 0)
        var retry: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == 0x2a {
                retry = (p + 1, n)
                p += 1
            } else if p < pattern.count, pattern[p] == 0x3f || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = retry {
                retry = (last.pattern, last.name + 1)
                (p, n) = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == 0x2a }
    }

    /// The byte, in lower case when it is an ASCII letter.
    public static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte + 32 : byte }
}

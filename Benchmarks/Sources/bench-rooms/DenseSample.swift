/// Hostile text of a kind, made from a fixed seed.
enum DenseSample: String, CaseIterable {
    case assignments = "telling assignments"
    case query = "a query without end"
    case noise = "random bytes"
    case headers = "headers of private keys"
    case schemes = "addresses without hosts"

    func text(bytes: Int) -> [UInt8] {
        let unit: String
        switch self {
        case .assignments: unit = "password=hunter22 token: abcdefghijklmnop AKIA\n"
        case .query: unit = "a=b&c=d&key="
        case .headers: unit = "-----BEGIN RSA PRIVATE KEY-----\n"
        case .schemes: unit = "a://b:c"
        case .noise:
            var state: UInt64 = 0x2545_F491_4F6C_DD1D
            return (0..<bytes).map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return UInt8(truncatingIfNeeded: state >> 24)
            }
        }
        let part = Array(String(repeating: unit, count: 65_536 / unit.utf8.count).utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes)
        while text.count < bytes { text += part.prefix(bytes - text.count) }
        return text
    }
}

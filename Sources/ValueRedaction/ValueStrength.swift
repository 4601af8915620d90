internal import SecretMemory

extension ValueRedactionError.Weakness {
    /// What speaks against looking for a value in every output, or nil. Blanks around it are not counted.
    init?(of value: RawSpan, in range: Range<Int>) {
        var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var areDigits = true
        for index in range {
            let byte = value.byte(at: index)
            let bit = UInt64(1) << UInt64(byte & 63)
            switch byte >> 6 {
            case 0: seen.0 |= bit
            case 1: seen.1 |= bit
            case 2: seen.2 |= bit
            default: seen.3 |= bit
            }
            areDigits = areDigits && (0x30...0x39).contains(byte)
        }
        let different = seen.0.nonzeroBitCount + seen.1.nonzeroBitCount + seen.2.nonzeroBitCount + seen.3.nonzeroBitCount
        if range.count < 8 {
            self = .short
        } else if areDigits, range.count < 10 {
            self = .digits
        } else if different < 5 {
            self = .monotonous
        } else if Self.commonWords.contains(where: { Self.isEqual($0, value, range) }) {
            self = .common
        } else {
            return nil
        }
    }

    /// Without regard to case.
    private static func isEqual(_ word: StaticString, _ value: RawSpan, _ range: Range<Int>) -> Bool {
        guard word.utf8CodeUnitCount == range.count else { return false }
        var index = range.lowerBound
        return "\(word)".utf8.allSatisfy { letter in
            let byte = value.byte(at: index)
            index += 1
            return letter == ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
    }

    /// Words of eight bytes and more with which configurations are delivered, and names of everyday things.
    private static let commonWords: [StaticString] = [
        "password", "password1", "passw0rd", "changeme", "change-me", "change_me", "changeit", "postgres", "postgresql",
        "localhost", "127.0.0.1", "undefined", "disabled", "example.com", "username", "administrator", "production",
        "development", "staging", "testing", "test1234", "password123", "letmein1", "qwertyuiop", "guestguest", "rootroot",
        "database", "anonymous", "minioadmin", "rabbitmq", "elasticsearch", "mongodb", "container", "kubernetes",
        "https://", "http://localhost", "yyyy-mm-dd", "required", "optional", "internal", "external", "0123456789",
        "1234567890", "123456789", "abcdefgh", "your-api-key", "your_api_key", "placeholder", "not-set", "redacted",
        "[redacted]", "/usr/bin", "/bin/bash", "/dev/null", "/var/log", "us-east-1", "eu-west-1", "eu-central-1",
    ]
}

/// Watches what a server says first: is there a line of SSH among it (RFC 4253, section 4.2), and how much came.
struct BannerGate {
    /// The most bytes before that line. A server may greet in lines of its own; OpenSSH allows 1,024 of them.
    static let most = 64 << 10
    private static let wanted = Array("SSH-".utf8)

    /// Whether a line began with `SSH-`.
    private(set) var isSSH = false
    private(set) var count = 0
    /// How many bytes of `SSH-` the current line began with; nil when it began otherwise.
    private var matched: Int? = 0

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        count += bytes.count
        for byte in bytes where !isSSH {
            if byte == 0x0a {
                matched = 0
            } else if let at = matched {
                matched = byte == Self.wanted[at] ? at + 1 : nil
                isSSH = matched == Self.wanted.count
            }
        }
    }
}

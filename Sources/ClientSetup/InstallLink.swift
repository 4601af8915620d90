internal import JSON

/// A link that offers the server to a client, which then asks its user.
public struct InstallLink: Sendable, Equatable {
    /// `Client.name`.
    public let client: String
    public let title: String
    public let link: String

    /// The links of the clients that have one. Goose has one too, but only for programs of a short list.
    /// - Parameter binary: the absolute path of `execkit-mcp`.
    public static func all(binary: String) -> [InstallLink] {
        let entry: JSONObject = ["command": .string(binary), "args": []]
        let named = JSONObject([("name", JSONValue.string(serverName)), ("type", "stdio")] + entry.map { ($0.key, $0.value) })
        let plain = entry.serialized()
        return [
            InstallLink(
                client: "cursor", title: "Cursor",
                link: "cursor://anysphere.cursor-deeplink/mcp/install?name=\(serverName)&config="
                    + percentEncoded(Array(base64(plain).utf8))),
            InstallLink(client: "vscode", title: "VS Code", link: "vscode:mcp/install?" + percentEncoded(named.serialized())),
            InstallLink(
                client: "vscode-insiders", title: "VS Code Insiders",
                link: "vscode-insiders:mcp/install?" + percentEncoded(named.serialized())),
            InstallLink(
                client: "kiro", title: "Kiro",
                link: "https://kiro.dev/launch/mcp/add?name=\(serverName)&config=" + percentEncoded(plain)),
        ]
    }

    /// RFC 3986, section 2.1: every byte but the unreserved ones.
    static func percentEncoded(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let out = bytes.flatMap { byte -> [UInt8] in
            let isUnreserved = (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isUnreserved && byte < 0x80 ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// RFC 4648, section 4, with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                out.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : 0x3D)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

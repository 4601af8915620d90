import ClientSetup
import Foundation
import JSON
import Testing

@Suite("Install links")
struct InstallLinkTests {
    @Test("Each link decodes to the entry, whatever the path holds", arguments: [
        "/usr/local/bin/execkit-mcp", "/a b/é+%/x", "/a", "/ab", "/abc", "/\"quote'&=?#",
    ])
    func decode(_ binary: String) throws {
        let links = InstallLink.all(binary: binary)
        #expect(links.map(\.client) == ["cursor", "vscode", "vscode-insiders", "kiro"])
        for link in links {
            // A link is plain ASCII without blanks or quotes.
            #expect(link.link.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x27 })
            let encoded = try #require(link.link.components(separatedBy: link.client.hasPrefix("vscode") ? "install?" : "&config=").last)
            let decoded = try #require(encoded.removingPercentEncoding)
            let json: [UInt8]
            if link.client == "cursor" {
                json = [UInt8](try #require(Data(base64Encoded: decoded)))
            } else {
                json = Array(decoded.utf8)
            }
            let value = try JSONParser.parse(json)
            #expect(value["command"]?.string == binary)
            #expect(value["args"]?.array == [])
            #expect(link.client.hasPrefix("vscode") == (value["name"]?.string == serverName))
        }
    }
}

import ClientSetup
import Foundation
import PrivateFiles
import Testing

@Suite("How a client's file stands")
struct StandingTests {
    private let binary = "/opt/execkit/bin/execkit-mcp"

    @Test("A file is missing, without the entry, ready, and different in turn; looking changes nothing", arguments: Client.all.filter { $0.place != nil }.map(\.name))
    func standing(_ name: String) throws {
        let client = try #require(Client.named(name))
        try withHome { home throws in
            #expect(client.standing(home: home, binary: binary) == .noFile)
            let file = try #require(try client.files(home: home, environment: { _ in nil }).first)
            try write(client.isWritable ? "" : "other: 1\n", to: file.text)
            #expect(client.standing(home: home, binary: binary) == .absent(file))
            try write(client.snippet(binary: binary), to: file.text)
            #expect(client.standing(home: home, binary: binary) == .ready(file))
            #expect(client.standing(home: home, binary: "/usr/bin/execkit-mcp") == .different(file))
            #expect(try contents(file.text) == client.snippet(binary: binary))
        }
    }

    @Test("A file that is not understood, and one behind a link, are told as unread")
    func unread() throws {
        let client = try #require(Client.named("cursor"))
        try withHome { home throws in
            let file = try #require(try client.files(home: home, environment: { _ in nil }).first)
            try write("{", to: file.text)
            guard case .unread(file, .text) = client.standing(home: home, binary: binary) else {
                Issue.record("a broken file was understood")
                return
            }
            try FileManager.default.moveItem(atPath: file.text, toPath: home.text + "/real.json")
            try FileManager.default.createSymbolicLink(atPath: file.text, withDestinationPath: home.text + "/real.json")
            #expect(client.standing(home: home, binary: binary) == .unread(file, .file(.symbolicLink)))
        }
    }
}

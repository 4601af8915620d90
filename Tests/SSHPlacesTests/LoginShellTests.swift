import Foundation
import SSHTestServer
import Testing

@testable import SSHPlaces

@Suite("Text for any login shell")
struct LoginShellTests {
    /// Those that this machine has. csh has rules of its own for `!` and line breaks, fish for backslashes.
    static let shells = ["bash", "dash", "zsh", "fish", "tcsh", "csh", "ksh", "mksh"].compactMap { program($0) }

    /// Commands, and what they print in a POSIX shell: that is the twin.
    static let commands: [String] = [
        "echo plain", "printf '%s|' a\\ b \\\\ '\\\\' \"it's\" 'a!b' !! \"!x\" '^a^b^' '#c' '{a,b}' '[x]' '*' '~' '%d'",
        "printf '<%s>' '\\n' \"$((1+2))\" `echo sub` \"$(echo '!')\"", "x=\"a'b\"; echo \"$x\"\necho second\n\necho 'third\n'",
        "echo tab\there; echo 'ä€ %s %d \\0101 \\c after'; exit 7", "IFS= read -r x&&eval \"$x\"",
        "echo again >/dev/stdout; cat <&0; exit 3",
    ]

    @Test("Every shell here runs it as /bin/sh would", arguments: shells, commands)
    func runs(shell: String, command: String) throws {
        let scratch = try Scratch()
        // The shell's arguments come from a file, since a test's own must not be read by another shell on the way.
        let expected = try run(scratch, "/bin/sh", Array(command.utf8))
        #expect(try run(scratch, shell, LoginShellText.running(Array(command.utf8))) == expected)
    }

    @Test("A shell that a signal ends gives the status that shells give it", arguments: shells)
    func signaled(shell: String) throws {
        let scratch = try Scratch()
        let running = try Running(
            shell, bytes: [Array("-c".utf8), LoginShellText.running(Array("kill -9 $$".utf8))], log: scratch("log"))
        #expect(running.child.wait(atMost: .seconds(60))?.shellCode == 137)
    }

    @Test("Bytes that are no text reach the shell as they are", arguments: shells)
    func bytes(shell: String) throws {
        let scratch = try Scratch()
        let command = Array("printf %s '".utf8) + (1...255).filter { $0 != 0x27 }.map { UInt8($0) } + Array("' | od -An -tx1".utf8)
        let expected = try run(scratch, "/bin/sh", command)
        #expect(expected.contains("fe ff"))
        #expect(try run(scratch, shell, LoginShellText.running(command)) == expected)
    }

    /// Output and exit status.
    private func run(_ scratch: Scratch, _ shell: String, _ command: [UInt8]) throws -> String {
        let running = try Running(shell, bytes: [Array("-c".utf8), command], log: scratch("log"), environment: [("HOME", scratch.path)])
        guard let end = running.child.wait(atMost: .seconds(60)) else { throw Timeout() }
        let output = FileManager.default.contents(atPath: scratch("log")) ?? Data()
        return String(decoding: output, as: UTF8.self) + "\(end)"
    }

    @Test("The command of a session's start is short and holds nothing that a shell could read differently")
    func bootstrap() {
        let text = LoginShellText.running(Array("IFS= read -r x&&eval \"$x\"".utf8))
        #expect(text.count < 256 && text.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "!") })
        #expect(String(decoding: LoginShellText.word(Array("a'b\\c!d".utf8)), as: UTF8.self) == #"'a'\''b'\\'c'\!'d'"#)
    }
}

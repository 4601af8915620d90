import Testing

@testable import CommandCalls

@Suite("Commands as they are recorded")
struct CommandTextTests {
    @Test("What a command runs is shown or named", arguments: [
        "API_KEY=x;touch${IFS}f", "password=`touch f`", "SECRET=a&&touch f", "bash -c 'API_KEY=abcd;touch f'",
        "bash <<E\necho 'x password='; touch f; echo '\nE", "eval \"x 'a password=';touch f;y '\"",
        "sudo --password touch f", "env --token=abcd touch f", "touch f; PASSWORD=$'a;b' x",
    ])
    func shown(command: String) {
        let text = CommandText(command, .shapesOnly)
        #expect(text.string.contains("touch") || text.hiddenPrograms.contains("touch"), "\(text.string)")
    }

    @Test("A program that an option's value hides is named")
    func named() {
        let text = CommandText("bash -c \"curl http://u:`reboot`@h\"; nohup sh -c 'x http://u:p;reboot@h'", .shapesOnly)
        #expect(text.string.contains("reboot") || text.hiddenPrograms.contains("reboot"))
    }

    @Test("A whole secret stays covered, and nothing is said to be hidden", arguments: [
        ("PASSWORD='a;b&c' cmd", "PASSWORD='[REDACTED:password]' cmd"),
        ("curl 'https://u:p;w@h'", "curl 'https://u:[REDACTED:url-password]@h'"),
        ("bash -c \"PASSWORD='a;bcd' cmd\"", "bash -c \"PASSWORD='[REDACTED:password]' cmd\""),
        ("ls -la", "ls -la"),
    ])
    func covered(command: String, expected: String) {
        let text = CommandText(command, .shapesOnly)
        #expect(text.string == expected)
        #expect(text.hiddenPrograms.isEmpty)
    }

    @Test("Terminal codes of a command are shown, with what they would hide")
    func controls() {
        #expect(CommandText("a \u{1B}]0;x; touch f\u{7}; b", .shapesOnly).string == "a \\u{001B}]0;x; touch f\\u{0007}; b")
        #expect(CommandText("a \u{9D}x; touch f", .shapesOnly).string == "a \\u{009D}x; touch f")
        #expect(CommandText("a\tb\nc", .shapesOnly).string == "a\tb\nc")
    }
}

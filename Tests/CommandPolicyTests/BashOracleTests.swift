import CommandPolicy
import Foundation
import Testing

/// Draws commands from templates. Every program in them is a stub or one of a few harmless wrappers.
private struct CommandTemplates {
    var generator: Generator
    var delimiters = 0

    static let stubs = ["pa", "pb", "pc", "pd", "pe", "pf", "pg", "ph", "qa", "qb"]
    static let wrappers = ["env", "xargs", "nohup", "nice", "timeout", "find", "sh", "bash", "cat"]

    mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator)! }

    func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    func doubleQuoted(_ text: String) -> String {
        var result = text
        for special in ["\\", "\"", "$", "`"] { result = result.replacing(special, with: "\\" + special) }
        return "\"" + result + "\""
    }

    /// A program's name, spelled in one of the ways that a shell reads back to the same.
    mutating func name() -> String {
        let name = pick(Self.stubs)
        let head = String(name.prefix(1))
        let tail = String(name.suffix(1))
        return pick([
            name, name, name, "\\\(name)", "\(head)''\(tail)", "\"\(name)\"", "'\(head)'\(tail)",
                "$'\(head)\\x6\(tail == "a" ? "1" : "2")'",
            "\(head)\\\n\(tail)", "{\(name),x}", "$unset \(name)", "\"\(head)\"\(tail)",
        ])
    }

    mutating func argument() -> String {
        pick(["x", "'a;b'", "\"c|d\"", "-n", "a\\ b", "$((1 + 2))", "${y:-z}", "'#'", "\"it's\"", "*.none", "\"\\\"\"",
            "$'\\''", "{1,2}"])
    }

    mutating func simple() -> String {
        let command = name() + " " + argument()
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return "X=1 " + command
        case 1: return "X=$(\(pick(Self.stubs))) " + command
        case 2: return ">out " + command
        case 3: return command + " 2>&1 >out"
        case 4: return command + " # pa; pb"
            + "\n"
        default: return command
        }
    }

    mutating func command(_ depth: Int) -> String {
        if depth == 0 { return simple() }
        let a = command(depth - 1)
        let b = command(Int.random(in: 0..<depth, using: &generator))
        delimiters += 1
        let end = "E\(delimiters)"
        switch Int.random(in: 0..<46, using: &generator) {
        case 0: return "\(a)\n\(b)"
        case 1: return "{ \(a)\n} && { \(b)\n}"
        case 2: return "{ \(a)\n} || { \(b)\n}"
        case 3: return "{ \(a)\n} | { \(b)\n}"
        case 4: return "( \(a)\n) |& { \(b)\n}"
        case 5: return "{ \(a)\n} & wait; \(b)"
        case 6: return "! { \(a)\n}"
        case 7: return "(\(a)\n)"
        case 8: return "echo $(\(a)\n) \"$(\(b)\n)\""
        case 9: return "x=$(\(a)\n); \(b)"
        case 10: return "if \(a)\nthen \(b)\nelse \(simple())\nfi"
        case 11: return "if qa; then pa; elif \(a)\nthen \(b)\nfi"
        case 12: return "while qa; do pa; done; \(a)"
        case 13: return "until \(a)\npa; do pb; done"
        case 14: return "for v in 1 \"$(\(a)\n)\"; do \(b)\ndone"
        case 15: return "for v in a b; do\n\(a)\ndone > out"
        case 16: return "for ((i=0; i<2; i++)); do \(a)\ndone"
        case 17: return "case x in y) pa;; x|z) \(a)\n;; *) pb; esac"
        case 18: return "case $(\(a)\n) in *) \(b)\n;; esac"
        case 19: return "f() { \(a)\n}; f"
        case 20: return "function g { \(a)\n}\ng; \(b)"
        case 21: return "eval \(quoted(a))"
        case 22: return "eval \(doubleQuoted(a))"
        case 23: return "bash -c \(quoted(a))"
        case 24: return "bash -c \(doubleQuoted(a))"
        case 25: return "env X=1 bash -ec \(quoted(a)) y"
        case 26: return "{ bash <<'\(end)'\n\(a)\n\(end)\n}"
        case 27: return "{ cat <<\(end)\n$(\(a)\n) text\n\(end)\n}"
        case 28: return "{ cat <<'\(end)' | bash\n\(a)\n\(end)\n}; \(b)"
        case 29: return "bash <<< \(quoted(a))"
        case 30: return "echo \"${z:-$(\(a)\n)}\""
        case 31: return "echo $(( $(\(a)\n) + 1 ))"
        case 32: return "[[ -n $(\(a)\n) ]] || { \(b)\n}"
        case 33: return "arr=(a $(\(a)\n) 'b c'); \(b)"
        case 34: return "cat <(\(a)\n)"
        case 35: return "trap \(quoted(a)) EXIT; \(b)"
        case 36: return "nice -n 1 nohup timeout 50 \(pick(Self.stubs)) x; \(a)"
        case 37: return "echo a | xargs -n 1 \(pick(Self.stubs)); \(a)"
        case 38: return "find . -maxdepth 0 -exec \(pick(Self.stubs)) {} \\;; \(a)"
        case 39: return "find . -maxdepth 0 -exec bash -c \(quoted(a)) _ {} +"
        case 40: return "command \(pick(Self.stubs)) x; builtin eval \(quoted(a))"
        case 41: return "(exec \(pick(Self.stubs)) x); \(a)"
        case 42: return "coproc { \(a)\n}; wait; \(b)"
        case 43: return "time { \(a)\n}"
        case 44: return "echo `\(pick(Self.stubs)) x` \"`\(pick(Self.stubs)) 'y z'`\"; \(a)"
        default: return "((\(pick(Self.stubs)) x); \(a)\n)"
        }
    }
}

/// Real bash as the naive reader: what it starts, the fence must have found.
@Suite("Bash as the oracle", .serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
struct BashOracleTests {
    /// Runs each command in a directory of its own, with only the stubs and the wrappers to be found.
    private static let driver = #"""
        cd "$1" || exit 1
        root=$PWD
        for file in commands/*; do
            number=${file##*/}
            mkdir "work/$number"
            (cd "work/$number" && LOG="$root/logs/$number" PATH="$root/stubs" exec /bin/bash --norc "$root/$file")
        done
        """#

    private let root = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString)")

    private func write(_ path: String, _ text: String) throws -> String {
        let file = root.appendingPathComponent(path)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func prepare() throws {
        let files = FileManager.default
        for folder in ["commands", "work", "logs", "stubs"] {
            try files.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        for name in CommandTemplates.stubs {
            let path = try write("stubs/\(name)",
                "#!/bin/sh\necho \(name) >> \"$LOG\"\nexit \(name.hasPrefix("q") ? 1 : 0)\n")
            try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        for name in CommandTemplates.wrappers {
            for folder in ["/usr/bin", "/bin"] where files.isExecutableFile(atPath: "\(folder)/\(name)") {
                try files.createSymbolicLink(
                    atPath: root.appendingPathComponent("stubs/\(name)").path, withDestinationPath: "\(folder)/\(name)")
                break
            }
        }
    }

    @Test("Every program that bash starts for 320 random commands was found in their text")
    func oracle() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        try prepare()
        var templates = CommandTemplates(generator: Generator(state: 2026))
        let commands = (0..<320).map { templates.command([1, 2, 1, 2, 3][$0 % 5]) }
        for (index, command) in commands.enumerated() { _ = try write("commands/\(1000 + index)", command + "\n") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["--norc", "-c", Self.driver, "driver", root.path]
        // No variable of this machine's may change what the commands mean (`BASH_ENV`, `z`, ...).
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()

        var ran = 0
        for (index, command) in commands.enumerated() {
            let log = (try? String(contentsOf: root.appendingPathComponent("logs/\(1000 + index)"),
                encoding: .utf8)) ?? ""
            let executed = Set(log.split(separator: "\n").map(String.init))
            if !executed.isEmpty { ran += 1 }
            let found = Set(programs(command))
            #expect(executed.isSubset(of: found), "\(command)\nonly bash: \(executed.subtracting(found).sorted())")
        }
        // A harness that runs nothing would prove nothing.
        #expect(ran >= 300)
    }
}

internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct ScanVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find secrets in the clear: values of the vault, and the shapes of known tokens.",
        discussion: """
            Looks at the files of the working tree, or with --staged at what would be committed. Says file, line and which
            secret; never shows it. Values are compared when the vault is unlocked or a password is at hand; otherwise only
            shapes are, and a note says so. A line with execkit:ignore in it is left out. Exit code 1: something was found.

            EXAMPLES
              execkit scan
              execkit scan --staged --json
              execkit scan src config --require-values
              execkit scan --install-hook
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "Files and directories; everything below here when left out.")
    var paths: [String] = []

    @Flag(help: "What is staged in git, instead of files.")
    var staged = false

    @Flag(help: "Ask for the password if that is needed to compare values.")
    var requireValues = false

    @Flag(help: "Look for shapes only.")
    var noValues = false

    @Option(help: "The shortest value to look for, in bytes.")
    var minLength = 8

    @Flag(help: "Make git look at every commit: installs a pre-commit hook.")
    var installHook = false

    func run(_ person: Person) throws {
        let files = ScanFiles(person: person)
        if installHook { return try person.show("Installed \(try CommitHook.install(person, files)).") }
        var matcher = try ValueMatcher(shortest: minLength)
        if !noValues, try VaultStore.exists(in: person.home) {
            let locked = try person.locked()
            if requireValues || person.canUnlockUnasked(locked) {
                try matcher.addAll(of: try person.unlocked(locked))
            } else {
                person.say("execkit: the vault is locked, so its values were not looked for (execkit unlock)")
            }
        }
        var names = staged ? try files.staged() : try files.tree()
        if !paths.isEmpty { names = try files.chosen(paths, among: names, staged: staged) }
        var findings: [Finding] = []
        var seen = 0
        var unseen: [String] = []
        for name in names {
            guard let text = staged ? try files.stagedText(name) : try files.text(name) else {
                if try staged || files.isUnseen(name) { unseen.append(name) }
                continue
            }
            seen += 1
            findings += FileScanner.scan(name, text, matcher)
        }
        for name in unseen.prefix(10) {
            person.say("execkit: not looked at (over \(ScanFiles.largest >> 20) MiB, or not to be read): \(Self.line(name))")
        }
        if unseen.count > 10 { person.say("execkit: … and \(unseen.count - 10) more not looked at") }
        try show(person, findings, files: seen, unseen: unseen.count, values: matcher.count)
        guard findings.isEmpty else { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    /// A file's name on one line.
    private static func line(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }

    private func show(_ person: Person, _ findings: [Finding], files: Int, unseen: Int, values: Int) throws {
        if report.json {
            let list = findings.map { finding in
                JSONValue.object(["file": .string(finding.file), "line": .int(finding.line), "what": .string(finding.what)])
            }
            return try person.show(
                .object([
                    "files": .int(files), "not_looked_at": .int(unseen), "values": .int(values), "findings": .array(list),
                ]))
        }
        for finding in findings { try person.show("\(Self.line(finding.file)):\(finding.line): \(finding.what)") }
        person.say("\(findings.count) finding(s) in \(files) file(s); looked for \(values) value(s) and the shapes of tokens.")
    }
}

internal import JSON
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory
internal import SecretText
internal import Vault
internal import VaultStore

/// Takes a text of secrets over into one place of the vault.
struct Importer {
    enum Conflicts { case overwrite, skip }

    let person: Person
    let place: Place
    /// Nil: standard input.
    let source: AbsolutePath?
    var format: InputFormat?
    var scope = SecretScope.shared
    var conflicts: Conflicts?
    var skipsInvalid = false
    var deletesSource = false
    var isDry = false
    var asks = false
    var json = false

    init(person: Person, place: Place, source: AbsolutePath?) {
        self.person = person
        self.place = place
        self.source = source
    }

    private var title: String { source?.name ?? "standard input" }

    func run(_ vault: borrowing UnlockedVault) throws {
        guard let source else { return try run(vault, try parse(try person.standardInput()), nil) }
        let file = try person.read(source)
        let info = file.info
        try run(vault, try parse(file.intoText()), info)
    }

    private func run(_ vault: borrowing UnlockedVault, _ parsed: borrowing ParsedText, _ info: FileInfo?) throws {
        try report(parsed.issues)
        var plan = try plan(parsed.entries, vault)
        try show(plan, parsed.issues)
        if isDry { return }
        guard !parsed.entries.entries.isEmpty else { throw Stop(.badInput, "\(title) holds no secrets") }
        if conflicts == nil, plan.contains(where: { $0.fate == .changed }) {
            guard asks, try person.confirm("Overwrite what is changed? The old values stay as versions.", usual: false) else {
                throw Stop(.conflict, "values would be overwritten; give --overwrite or --skip-existing")
            }
        } else if asks {
            guard try person.confirm("Import into \(place.title)?", usual: true) else { return person.say("Nothing was imported.") }
        }
        if conflicts == .skip { plan = plan.map { $0.fate == .changed ? PlannedEntry(index: $0.index, key: $0.key, fate: .skipped) : $0 } }
        let count = try write(plan, parsed.entries, vault)
        if !json { try person.show("Imported \(count) of \(plan.count) into \(place.title).") }
        let isComplete = !plan.contains { $0.fate == .skipped } && !parsed.issues.contains(where: \.isLoss)
        try finish(info, isComplete: isComplete)
    }

    private func parse(_ text: consuming SecretBytes) throws -> ParsedText {
        switch format ?? guess(text) {
        case .dotenv: try Dotenv.parse(text)
        case .json: try FlatJSON.parse(text)
        case .yaml: try FlatYAML.parse(text)
        }
    }

    /// By the name's ending, else by the first character.
    private func guess(_ text: borrowing SecretBytes) -> InputFormat {
        let name = source?.name ?? ""
        if name.hasSuffix(".json") { return .json }
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .yaml }
        let first = text.withBytes { bytes in
            for index in 0..<bytes.byteCount where bytes.byte(at: index) > 0x20 { return Optional(bytes.byte(at: index)) }
            return nil
        }
        return first == UInt8(ascii: "{") ? .json : .dotenv
    }

    private func report(_ issues: [TextIssue]) throws {
        for issue in issues.sorted(by: { $0.line < $1.line }) {
            person.say("\(title), line \(issue.line): \(issue.explanation)")
        }
        let losses = issues.count(where: \.isLoss)
        guard losses == 0 || skipsInvalid || isDry else {
            throw Stop(.badInput, "\(title) has \(losses) place(s) that cannot be read; mend them, or give --skip-invalid. Nothing was imported")
        }
    }

    private func plan(_ entries: borrowing SecretEntries, _ vault: borrowing UnlockedVault) throws -> [PlannedEntry] {
        var plan: [PlannedEntry] = []
        for (index, entry) in entries.entries.enumerated() {
            let same = try vault.matches(place.secret(entry.key), try entries.value(index))
            let fate: PlannedEntry.Fate = same.map { $0 ? .unchanged : .changed } ?? .new
            plan.append(PlannedEntry(index: index, key: entry.key, fate: fate))
        }
        return plan
    }

    private func show(_ plan: [PlannedEntry], _ issues: [TextIssue]) throws {
        if json {
            return try person.show(
                .object([
                    "place": .string(place.title), "dry_run": .bool(isDry),
                    "entries": .array(plan.map { .object(["key": .string($0.key), "plan": .string($0.fate.rawValue)]) }),
                    "issues": .array(
                        issues.map { .object(["line": .int($0.line), "problem": .string($0.explanation)]) }),
                ]))
        }
        for entry in plan { try person.show("  \(entry.fate.mark) \(entry.key)  \(entry.fate.rawValue)") }
    }

    /// All in one transaction; gives how many values were set.
    private func write(
        _ plan: [PlannedEntry], _ entries: borrowing SecretEntries, _ vault: borrowing UnlockedVault
    ) throws -> Int {
        let wanted = plan.filter { $0.fate == .new || $0.fate == .changed }
        guard !wanted.isEmpty else { return 0 }
        return try vault.importing(
            project: place.project.id, environment: place.environment, folder: place.folder, orElse: { $0 as any Error }
        ) { set in
            for entry in wanted {
                let type: SecretValueType =
                    switch entries.entries[entry.index].kind {
                    case .string: .string
                    case .number: .number
                    case .boolean: .boolean
                    }
                let attributes = entry.fate == .new ? SecretAttributes(scope: scope, type: type) : nil
                try set(entry.key, try entries.value(entry.index), attributes)
            }
        }
    }

    /// Deletes the file if that was asked for, and it is still what was read.
    private func finish(_ info: FileInfo?, isComplete: Bool) throws {
        guard let source, let info, let name = source.name else { return }
        guard isComplete else {
            if deletesSource { throw Stop(.refused, "\(name) was kept: not all of it was taken over") }
            return
        }
        var deletes = deletesSource
        if !deletes, asks {
            deletes = try person.confirm("Delete \(name) now? Its values are in the vault.", usual: false)
        }
        guard deletes else { return }
        let directory = try Directory(holding: source)
        guard try directory.info(name) == info else { throw Stop(.conflict, "\(name) was changed meanwhile and was kept") }
        try directory.remove(name)
        try directory.sync()
        if !json { try person.show("Deleted \(name).") }
    }
}

/// What is to happen to one entry of the text.
struct PlannedEntry {
    enum Fate: String {
        case new, changed, unchanged, skipped

        var mark: String {
            switch self {
            case .new: "+"
            case .changed: "~"
            case .unchanged: "="
            case .skipped: "-"
            }
        }
    }

    let index: Int
    let key: String
    let fate: Fate
}

import CommandCalls
import Digest
import JSON
import KeeperProtocol

/// What exactly is to be run, for questions: what a person reads of it, and what their answer holds for.
struct RunSubject {
    let wish: RunWish
    let keys: [String]
    /// Resolved; nil when there is no such program, and nothing will run.
    let program: String?

    /// Names in one line of a question.
    private static let mostNames = 3_000

    static let name = "a program with secrets of your vault"

    func details(_ texts: Texts) -> [String] {
        let question = CommandQuestion(texts)
        var lines = ["Program: " + (program.map { question.line($0) } ?? "not found")]
        lines.append(keys.isEmpty ? "Secrets: none" : "Secrets: " + question.line(keys.joined(separator: ", "), most: Self.mostNames))
        var place = wish.project.map { question.line($0) } ?? "the one in force"
        if let name = wish.projectName { place = question.line(name) + " (" + place + ")" }
        place += ", environment " + question.line(wish.environment ?? "the one in force")
        if let folder = wish.folder, !folder.isEmpty { place += ", folder " + question.line(folder) }
        lines.append("Project: " + place)
        if let delivery = wish.delivery { lines.append("Handed over by: " + delivery.rawValue) }
        lines.append("Directory: " + question.line(wish.workingDirectory))
        if let stdin = wish.stdin, !stdin.isEmpty { lines.append("It also reads an input of \(stdin.utf8.count) bytes.") }
        lines.append("The command, word by word:")
        return lines
    }

    /// The command with what it reads, for questions.
    func shown(_ line: String) -> String {
        guard let stdin = wish.stdin, !stdin.isEmpty else { return line }
        return "\(line)\n<<< (its input)\n\(stdin)"
    }

    /// Every part that changes what runs or what it gets. As a JSON array no part can run into another.
    var digest: String {
        let parts: [JSONValue] = [
            .array(wish.arguments.map { .string($0) }), .array(keys.map { .string($0) }), Self.json(program),
            Self.json(wish.project), Self.json(wish.environment), Self.json(wish.folder), Self.json(wish.delivery?.rawValue),
            .string(wish.workingDirectory), Self.json(wish.stdin.map { SHA256.hash(Array($0.utf8)).hex }), .int(wish.timeout),
        ]
        return SHA256.hash(JSONValue.array(parts).serialized()).hex
    }

    private static func json(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}

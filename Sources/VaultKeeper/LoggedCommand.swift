/// What of a command stands in the log: enough to know it by, and not megabytes.
enum LoggedCommand {
    static let mostArguments = 128
    static let longestArgument = 2000

    static func cut(_ arguments: [String]) -> [String] {
        let shown = arguments.prefix(mostArguments).map(cut)
        return arguments.count > mostArguments ? shown + ["… \(arguments.count - mostArguments) more"] : shown
    }

    static func cut(_ text: String) -> String {
        guard text.utf8.count > longestArgument else { return text }
        return String(text.unicodeScalars.prefix(longestArgument)) + "…"
    }
}

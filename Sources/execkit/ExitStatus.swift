/// How the program ends. The numbers are a promise to scripts: docs/exit-codes.md.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case findings = 1
    case notFound = 3
    case authentication = 4
    case refused = 5
    case badInput = 6
    case conflict = 7
    case helper = 8
    case vault = 9
    case system = 10
    case usage = 64
    case cannotExecute = 126
    case commandNotFound = 127

    var meaning: String {
        switch self {
        case .done: "Done."
        case .findings: "`scan` found a secret, `vault check` damage, or `doctor` a problem."
        case .notFound: "There is no such vault, project, environment, folder, secret, version or file."
        case .authentication: "The password is wrong, or something in the vault was changed."
        case .refused: "Refused for safety, or there is no way to ask for the password. The message names the way out."
        case .badInput: "A name, value or file is not what it must be."
        case .conflict: "Something of that name exists, a value would be overwritten, or another program holds the vault."
        case .helper: "Another store's program is missing or failed."
        case .vault: "The vault file is damaged, not a vault, or of a newer execkit."
        case .system: "The system failed: disk, memory, permissions."
        case .usage: "The command line is wrong."
        case .cannotExecute: "`run`, `shell`: the program was found and could not be executed."
        case .commandNotFound: "`run`, `shell`: there is no such program."
        }
    }
}

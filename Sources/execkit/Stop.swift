internal import SecretIO
internal import Spawn

/// Why the program ends: a status for scripts and a sentence for the person. The sentence is made from names and numbers.
struct Stop: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    func end() -> Never {
        try? SecretIO.write("execkit: \(message)\n", to: 2)
        ThisProcess.exit(status.rawValue)
    }
}

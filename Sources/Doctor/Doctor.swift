/// Looks at everything an operator can configure and everything the server needs, and changes nothing.
///
/// Three checks touch the system for a moment: a directory that is to be written to gets an empty file of a random name,
/// removed at once; one shell that does nothing is started; and the containers' program is asked for its daemon's version.
public struct Doctor {
    let surroundings: Surroundings

    public init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The report.
    public func examine() -> DoctorReport {
        DoctorReport(
            version: surroundings.version,
            findings: program() + settings() + unknownNames() + clients())
    }

    func clients() -> [Finding] {
        let findings = surroundings.clients.map { client in
            switch client.state {
            case .ready:
                Finding(.clients, client.name, .ok, client.file)
            case .different:
                Finding(
                    .clients, client.name, .warn, client.file,
                    advice: "the entry differs from this program's; 'execkit-mcp setup \(client.name)' shows it as it should be")
            case .absent:
                Finding(
                    .clients, client.name, .off, "not set up",
                    advice: "'execkit-mcp setup \(client.name)' shows what to add to \(client.file)")
            case .unread(let reason):
                Finding(.clients, client.name, .warn, client.file, advice: reason)
            }
        }
        guard findings.isEmpty else { return findings }
        return [Finding(.clients, "clients", .off, "no client's file found", advice: "'execkit-mcp setup' lists the clients")]
    }
}

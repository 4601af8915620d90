import Doctor
import EventLoop
import KnownHosts
import PrivateFiles
import SSHClient

/// What SSH has on this machine, for `doctor`, which is told and reaches no server and no library itself.
enum SSHCheck {
    /// How long an agent may take to answer.
    private static let patience = Duration.seconds(5)

    static var surroundings: Surroundings.SSH {
        Surroundings.SSH(library: library, readKnownHosts: readKnownHosts, askAgent: askAgent)
    }

    private static func library() -> Surroundings.SSH.Library {
        if let absence = SSHLibrary.absence { return .absent(reason: absence.explanation) }
        return .present(
            version: SSHLibrary.version ?? "", path: SSHLibrary.path, signsRSAWithSHA2: SSHLibrary.signsRSAWithSHA2,
            algorithms: SSHLibrary.List.allCases.map { .init(kind: name($0), names: SSHLibrary.algorithms($0)) })
    }

    private static func name(_ list: SSHLibrary.List) -> String {
        switch list {
        case .keyExchange: "key exchange"
        case .hostKey: "host keys"
        case .cipher: "ciphers"
        case .mac: "MACs"
        }
    }

    private static func readKnownHosts(_ path: AbsolutePath) -> Surroundings.SSH.KnownHosts {
        do throws(FileError) {
            guard let known = try KnownHostsFile.read(path) else { return .missing }
            return .read(usable: known.usable, unreadable: known.unreadable, authorities: known.authorities)
        } catch {
            return .unusable(reason: error.explanation)
        }
    }

    private static func askAgent(_ socket: String) -> Surroundings.SSH.Agent {
        do throws(SystemError) {
            let loop = try EventLoop()
            var answer = Surroundings.SSH.Agent.failed(reason: "no agent answers there")
            SSHAgentState.ask(socket: Array(socket.utf8), within: patience, on: loop) { state in
                switch state {
                case .answered(let usable, let others): answer = .answered(usable: usable, others: others)
                case .notAnAgent: answer = .failed(reason: "what answers there is no ssh-agent")
                case .silent: break
                }
                loop.stop()
            }
            try loop.run()
            return answer
        } catch {
            return .failed(reason: "it could not be asked (errno \(error.errno))")
        }
    }
}

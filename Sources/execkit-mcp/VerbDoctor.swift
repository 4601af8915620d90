import ClientSetup
import Doctor
import EventLoop
import JSON
import PrivateFiles
import Sessions
import Spawn

/// `doctor [--json]`: everything that is configured or needed, and whether it works.
enum VerbDoctor {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        guard let words = Arguments(arguments, verb: "doctor", flags: ["--json"], most: 0, console: console) else {
            return Commands.usageFault
        }
        let report = Doctor(surroundings()).examine()
        if words.has("--json") {
            console.say((report.json.serialized() + [0x0a])[...])
        } else {
            console.say(report.text)
        }
        return report.exitCode
    }

    private static func surroundings() -> Surroundings {
        Surroundings(
            version: Version.text, executable: ThisProcess.executablePath, lookup: ThisProcess.environmentText,
            names: ThisProcess.environmentNames, passwdHome: ThisProcess.homeDirectory,
            loadPolicy: { path in
                do throws(PolicyProblem) {
                    return .loaded(try PolicyLoading.load(path))
                } catch {
                    return .refused(reason: error.explanation)
                }
            },
            hasMemoryFiles: canMakeMemoryFile(), askKeeper: KeeperCheck.run, ssh: SSHCheck.surroundings,
            containerVariables: DockerOptions.engineNames, clients: clients())
    }

    private static func canMakeMemoryFile() -> Bool {
        do throws(SystemError) {
            _ = try MemoryFile().count
            return true
        } catch {
            return false
        }
    }

    /// The clients that have a file here.
    private static func clients() -> [Surroundings.Client] {
        guard let home = VerbSetup.home(), let binary = ThisProcess.executablePath else { return [] }
        return Client.all.compactMap { client in
            switch client.standing(home: home, environment: ThisProcess.environmentText, binary: binary) {
            case .noFile: nil
            case .absent(let file): .init(name: client.name, file: file.text, state: .absent)
            case .ready(let file): .init(name: client.name, file: file.text, state: .ready)
            case .different(let file): .init(name: client.name, file: file.text, state: .different)
            case .unread(let file, let error):
                .init(name: client.name, file: file.text, state: .unread(reason: error.explanation))
            }
        }
    }
}

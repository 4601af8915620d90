internal import EventLoop
internal import HelperRun
internal import KeeperProtocol
internal import SecretIO
internal import Spawn
internal import StoreReferences
internal import VaultHome
internal import VaultKeeper
internal import VaultStore

/// How the program ends. Numbers of sysexits.h.
enum ExitCode: Int32 {
    case done = 0
    case usage = 64
    case system = 71
    case protocolError = 76
}

/// The program: what it is given, put together.
enum Keeper {
    static func run() -> ExitCode {
        guard ThisProcess.arguments.count <= 1, let socket = HandedSocket(inherited: KeeperStart.descriptor) else {
            return end(.usage, "this is the part of execkit-mcp that holds the vault; execkit-mcp starts it, and it does nothing else")
        }
        do throws(VaultHome.Failure) {
            let keeper = VaultKeeper(
                home: try VaultHome.find(),
                helpers: HelperRun(spawner: Spawner(), adding: StoreReference.environmentNames),
                surviving: ThisProcess.environmentText("EXECKIT_MCP_AUDIT_SYNC") == "each" ? .powerLoss : .crash,
                clock: { Int(SystemClock.wallMilliseconds / 1000) })
            return serve(socket, keeper)
        } catch {
            switch error {
            case .notAbsolute(let variable): return end(.usage, "\(variable.rawValue) is not an absolute path")
            case .noHomeDirectory: return end(.system, "there is no home directory; set EXECKIT_HOME")
            }
        }
    }

    private static func end(_ code: ExitCode, _ sentence: String) -> ExitCode {
        try? SecretIO.write("execkit-keeper: \(sentence)\n", to: 2)
        return code
    }
}

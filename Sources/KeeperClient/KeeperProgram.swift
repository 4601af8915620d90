internal import KeeperProtocol
internal import Spawn

/// The keeper's program: where it is, and how it is started.
struct KeeperProgram {
    private let path: String?
    private let environmentNames: [String]

    /// - Parameter configured: the operator's own path; `nil` is the keeper beside this program.
    init(configured: String?, adding names: [String]) {
        let beside = ThisProcess.executablePath.flatMap { own in
            own.lastIndex(of: "/").map { String(own[...$0]) + KeeperStart.programName }
        }
        // Resolved once: whatever stands in PATH later is not asked.
        path = (configured ?? beside).flatMap { ExecutableSearch.resolve($0, path: "") }
        environmentNames = KeeperStart.environmentNames + names
    }

    /// Starts it with one end of a socket pair and nothing else: no input, no output, no terminal.
    func start(_ spawner: Spawner, socket: Int32) throws(KeeperFailure) -> Child {
        guard let path else { throw .notInstalled }
        do throws(SpawnError) {
            return try spawner.spawn(
                SpawnPlan(
                    executable: path, arguments: [KeeperStart.programName],
                    environment: try EnvironmentBlock.inherited(adding: environmentNames), workingDirectory: "/",
                    descriptors: [
                        .null(as: 0), .null(as: 1), .null(as: 2), DescriptorMapping(socket, as: KeeperStart.descriptor),
                    ]))
        } catch {
            throw .notStarted(error)
        }
    }
}

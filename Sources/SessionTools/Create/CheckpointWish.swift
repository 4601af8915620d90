import Checkpoints
import MCPServer
import ToolSchema

/// What `session_create` is asked for of checkpoints.
struct CheckpointWish {
    let scope: CheckpointScope
    /// One before every command that may change files.
    let isAutomatic: Bool

    /// Bytes of all paths and patterns. They stand in scripts several times, which have a limit.
    private static let mostBytes = 4_000
    private static let mostEntries = 100

    static let fields: [Schema.Property] = [
        .optional("workspace", Schema.string("absolute directory in the session's place whose files can be brought back (session_checkpoint, session_restore); without it there are no checkpoints", maximumLength: FilePath.longest).orNull),
        .optional("auto_snapshot", Schema.boolean("with workspace: a checkpoint before every command that may change files (default true)").orNull),
        .optional("paths", Schema.array(of: .string(), "with workspace: only these, relative to it; default all").orNull),
        .optional("checkpoint_ignores", Schema.array(of: .string(), "with workspace: patterns (* ? [ ]) of names, or of paths from it, that no checkpoint holds; build output and secret files never are").orNull),
    ]

    /// - Returns: nil when nothing of it is asked for.
    init?(_ arguments: ArgumentReader) throws(CreateWish.Fault) {
        let paths = arguments.strings("paths") ?? []
        let ignores = arguments.strings("checkpoint_ignores") ?? []
        guard let workspace = arguments.string("workspace") else {
            let named = [
                ("auto_snapshot", arguments.bool("auto_snapshot") == true), ("paths", !paths.isEmpty),
                ("checkpoint_ignores", !ignores.isEmpty),
            ].first { $0.1 }?.0
            if let named {
                throw CreateWish.Fault("\(named): belongs to checkpoints, which need `workspace`: the absolute directory they are of. Give it too.")
            }
            return nil
        }
        guard paths.count + ignores.count <= Self.mostEntries,
            (paths + ignores).reduce(0, { $0 + $1.utf8.count }) <= Self.mostBytes
        else {
            throw CreateWish.Fault(
                "paths, checkpoint_ignores: at most \(Self.mostEntries) entries of \(Self.mostBytes) bytes in all. Name a directory instead of what is in it.")
        }
        do throws(CheckpointError) {
            scope = try CheckpointScope(workspace: Self.normal(workspace), paths: paths, ignores: ignores)
        } catch {
            throw CreateWish.Fault(Explanation.text(error))
        }
        isAutomatic = arguments.bool("auto_snapshot") ?? true
    }

    /// Beside the places of other programs' state, and beyond the life of a session: an undo outlives a lost connection.
    var storeDirectory: [UInt8] { Array("~/.execkit/checkpoints/\(scope.storeName)".utf8) }

    /// One spelling for a directory, so that it has one store.
    private static func normal(_ path: String) -> String {
        guard path.hasPrefix("/") else { return path }
        return "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}

/// Why a checkpoint was not made, shown or restored. None holds a path or what a program printed.
public enum CheckpointError: Error, Equatable, Sendable {
    /// Not 40 or 64 lower-case hexadecimal digits.
    case malformedID
    /// No checkpoint of this store has this id: it was never made, or was pruned.
    case unknownCheckpoint
    /// The workspace is not an absolute path, or is `/`.
    case malformedWorkspace
    /// A path of the scope is empty or absolute, has an empty part, `.`, `..` or `.git`, or holds NUL.
    case malformedPath(index: Int)
    /// A pattern of the scope is empty, negated, has `**` in its midst or `..`, or holds NUL or a line's end.
    case malformedIgnore(index: Int)
    /// The store's directory is neither absolute nor below `~/`, or holds NUL.
    case malformedStore
    /// The workspace is not there or cannot be entered.
    case workspaceMissing
    /// The workspace's path leads to another directory than when the store was made: somebody put a link in its place, say.
    /// Nothing was read or written there.
    case workspaceMoved
    /// The store's directory is not a private directory of this user, or holds the workspace.
    case storeUnsafe
    /// The store was made for other paths or patterns. Restoring with these would delete what was never captured.
    case scopeChanged
    /// Another run on the same store has not ended.
    case busy
    /// A file of the store is missing or broken.
    case storeDamaged
    /// The store was made with git, and the place has none any more.
    case gitMissing
    /// The place lacks a tool: `find`, `xargs -0`, `sort -z`, `stat`; without git also `awk`, `sha256sum`, `diff`.
    case toolsMissing
    /// The disk is full, or a quota is used up. The store is as it was before; a restore may have been done in part, and its
    /// safety checkpoint holds what was there.
    case noSpace
    /// Files changed while they were captured or restored. Nothing was lost; trying again is safe.
    case workspaceChanging
    /// The side process gave no result.
    case run(RunFailure)
    /// The script stopped at an unexpected point, or answered what cannot be read.
    case failed(exitCode: Int32)

    /// How a script says these. Below 64 are codes of the shell and of tools.
    static func ended(_ exitCode: Int32) -> CheckpointError {
        switch exitCode {
        case 64: .workspaceMissing
        case 65: .workspaceMoved
        case 66: .storeUnsafe
        case 67: .scopeChanged
        case 68: .busy
        case 69: .storeDamaged
        case 70: .gitMissing
        case 71: .toolsMissing
        case 72: .noSpace
        case 73: .workspaceChanging
        case 74: .unknownCheckpoint
        default: .failed(exitCode: exitCode)
        }
    }
}

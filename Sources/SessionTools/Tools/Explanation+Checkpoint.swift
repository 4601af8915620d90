import Checkpoints

/// Why there is no checkpoint, or no restore, in words.
extension Explanation {
    static func text(_ error: CheckpointError) -> String {
        switch error {
        case .malformedID: "checkpoint_id: is not one: 40 or 64 lower-case hexadecimal digits, as session_checkpoints shows them."
        case .unknownCheckpoint: "checkpoint_id: there is no such checkpoint of this workspace; automatic ones are dropped after a while. session_checkpoints shows those there are."
        case .malformedWorkspace: "workspace: has to be an absolute path, and not /."
        case .malformedPath(let index): "paths[\(index)]: has to be relative to the workspace, without empty parts, `.`, `..` and `.git`."
        case .malformedIgnore(let index): "checkpoint_ignores[\(index)]: is no pattern. A name or a path from the workspace, with * ? [ ]; `**` only in front, no `!`, no `..`, no end of a line."
        case .malformedStore, .storeUnsafe: "The place for checkpoints (~/.execkit/checkpoints) is not a private directory of the session's user, or is in the way of the workspace."
        case .workspaceMissing: "The workspace is not there, is no directory, or cannot be entered."
        case .workspaceMoved: "The workspace's path leads to another directory than when its first checkpoint was made (a symbolic link was changed?). Nothing was read or written there."
        case .scopeChanged: "The checkpoints of this workspace were made for other paths or patterns."
        case .busy: "Another session is at the checkpoints of this workspace and has not come to an end. Try again."
        case .storeDamaged: "The checkpoints of this workspace are damaged (~/.execkit/checkpoints)."
        case .gitMissing: "The checkpoints of this workspace were made with git, which is not in the session's place any more."
        case .toolsMissing: "The session's place lacks a tool that checkpoints need: find, xargs -0, sort -z, stat; without git also awk, sha256sum, diff."
        case .noSpace: "There is no space left for checkpoints, or a quota is used up. After a restore that failed so, the newest checkpoint of kind safety holds what was there."
        case .workspaceChanging: "Files changed while it looked at them. Nothing is lost: try again when nothing writes to the workspace."
        case .run(.timedOut): "It took too long and was ended. A smaller workspace, `paths` or `checkpoint_ignores` would help."
        case .run(.notStarted): "The system could not start what takes checkpoints."
        case .run(.lost): "It was ended before it had a result: the session ended, or its place cannot be reached."
        case .run(.tooMuchOutput): "The workspace has more files than checkpoints can tell of. `paths` or `checkpoint_ignores` would help."
        case .failed(let code): "It failed in the session's place (code \(code))."
        }
    }

    /// One word of ours for the record.
    static func word(_ error: CheckpointError) -> String {
        switch error {
        case .malformedID: "malformed_id"
        case .unknownCheckpoint: "unknown_checkpoint"
        case .malformedWorkspace, .malformedPath, .malformedIgnore: "malformed_scope"
        case .malformedStore, .storeUnsafe: "store_unsafe"
        case .workspaceMissing: "workspace_missing"
        case .workspaceMoved: "workspace_moved"
        case .scopeChanged: "scope_changed"
        case .busy: "busy"
        case .storeDamaged: "store_damaged"
        case .gitMissing: "git_missing"
        case .toolsMissing: "tools_missing"
        case .noSpace: "no_space"
        case .workspaceChanging: "workspace_changing"
        case .run(.timedOut): "timed_out"
        case .run(.lost): "lost"
        case .run, .failed: "failed"
        }
    }

    /// Whether it will be so the next time, too.
    static func isLasting(_ error: CheckpointError) -> Bool {
        switch error {
        case .busy, .workspaceChanging, .noSpace, .run: false
        default: true
        }
    }

    static func reason(_ reason: LeftOut.Reason) -> String {
        switch reason {
        case .nestedRepository: "nested_repository"
        case .secret: "secret"
        case .unreadable: "unreadable"
        case .special: "special_file"
        case .unnameable: "unnameable"
        case .throughLink: "through_link"
        }
    }

    static func reason(_ reason: RestoreOutcome.Kept.Reason) -> String {
        switch reason {
        case .blocked: "in_no_checkpoint"
        case .directoryInUse: "directory_not_empty"
        case .mode: "mode_not_permitted"
        case .owner: "owner_not_permitted"
        }
    }
}

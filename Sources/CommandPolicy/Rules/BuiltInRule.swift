/// The rules that are there without any policy file. Each judges what a command would run, never its text.
///
/// The operator may switch each off, or turn its verdict into a question, by its name (`rawValue`).
public enum BuiltInRule: String, Sendable, CaseIterable {
    case removeRoot = "remove-root"
    case removeEverythingHere = "remove-everything-here"
    case findDelete = "find-delete-root"
    case changeRoot = "change-root-permissions"
    case writeDevice = "write-device"
    case makeFilesystem = "make-filesystem"
    case kernelTrigger = "kernel-trigger"
    case shutdown
    case killAll = "kill-all"
    case downloadToShell = "download-to-shell"
    case reverseShell = "reverse-shell"
    case forkBomb = "fork-bomb"
    case vaultValues = "vault-values"
    case limits

    /// What the rule stops, in one sentence.
    public var summary: String {
        switch self {
        case .removeRoot: "Removing or moving /, a system directory, a home directory, or all directly in one."
        case .removeEverythingHere: "Removing everything here or in the parent directory: rm -r with ., .., * or .*."
        case .findDelete: "find over /, a system directory or a home directory with -delete or -exec rm."
        case .changeRoot: "chmod, chown or chgrp through /, a system directory or a home directory."
        case .writeDevice: "Writing to a disk, partition or memory device: dd of=, a redirection, tee, cp."
        case .makeFilesystem: "Making a file system on a device, or wiping one: mkfs, mkswap, wipefs, shred."
        case .kernelTrigger: "Writing to /proc/sysrq-trigger."
        case .shutdown: "Stopping, restarting or suspending the machine."
        case .killAll: "Signalling every process: kill -1 as the target, killall5."
        case .downloadToShell: "A download that goes straight into a shell or an interpreter."
        case .reverseShell: "A shell on a network connection: /dev/tcp, nc -e."
        case .forkBomb: "A function that calls itself on both sides of a pipe."
        case .vaultValues: "Taking values out of the user's vault, or changing it: execkit but for its lists, keyctl, secret-tool."
        case .limits: "More than 64 scripts or programs inside one another, more than 100,000 programs, or a text too costly to read."
        }
    }

    /// The verdict when the policy file says nothing.
    public var standardVerdict: Verdict.Outcome { self == .removeEverythingHere ? .ask : .deny }

    /// Whether the operator may change its verdict.
    public var canBeChanged: Bool { self != .limits }

    /// What an agent can do instead.
    var advice: String {
        switch self {
        case .removeRoot, .findDelete, .changeRoot: "Name the exact directory below it that is meant."
        case .removeEverythingHere: "Name the files or directories that are meant."
        case .writeDevice, .makeFilesystem: "Write to an ordinary file instead."
        case .kernelTrigger, .shutdown: "Leave this to the operator."
        case .killAll: "Name the process ids that are meant."
        case .downloadToShell: "Save the download to a file, look at it, then run it."
        case .reverseShell: "Leave out the network redirection or the option that starts a program."
        case .forkBomb: "Call the function once."
        case .vaultValues: "Use run-with-secrets: the program gets the value, and nobody has to see it."
        case .limits: "Write the command without so many layers, or in parts."
        }
    }
}

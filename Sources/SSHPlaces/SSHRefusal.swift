public import PrivateFiles
public import SSHConfig
internal import Sessions

/// Why nothing is connected to: what was said, or what the `config` says, cannot be meant.
public enum SSHRefusal: Error, Equatable, Sendable {
    /// Empty, longer than 255 bytes, or with blanks, control characters or anything but ASCII.
    case badHost
    /// Empty, longer than 255 bytes, or with control characters.
    case badUser
    case badFingerprint
    /// The `config` is there and may not be believed.
    case configUnusable(FileError)
    /// It says of this host what is not followed here; ssh would connect differently, so nothing is connected.
    case configNotFollowed([SSHConfigNote])
    /// Jump hosts that lead back to one another, or more than eight of them.
    case jumpsWithoutEnd
    /// A `UserKnownHostsFile` outside the key directory.
    case knownHostsElsewhere

    /// One word for a record.
    public var word: String {
        switch self {
        case .badHost: "invalid_host"
        case .badUser: "invalid_user"
        case .badFingerprint: "invalid_fingerprint"
        case .configUnusable: "ssh_config_unusable"
        case .configNotFollowed: "ssh_config_not_followed"
        case .jumpsWithoutEnd: "jump_loop"
        case .knownHostsElsewhere: "known_hosts_elsewhere"
        }
    }

    /// Sentences: what happened, what it means, what to do.
    public var explanation: String {
        switch self {
        case .badHost: "This is no host: give an alias of the ssh config, a name or an address, in ASCII and without blanks or a user."
        case .badUser: "This is no user name: it is empty, too long, or holds control characters."
        case .badFingerprint: "This is no fingerprint. It is written SHA256: and 43 characters of base64, as ssh-keygen -l prints it."
        case .configUnusable(let error):
            "The ssh config in the operator's key directory cannot be used: \(error.explanation). Without it nobody knows what a host "
                + "means, so nothing was connected. It must be a file of the operator's that nobody else can write to, and no link."
        case .configNotFollowed(let notes):
            "The ssh config says of this host what is not supported: \(Self.text(notes)). Nothing was connected. Change it, or give "
                + "another host, port and user."
        case .jumpsWithoutEnd: "The jump hosts of the ssh config lead back to one another, or are more than \(SSHPlan.mostHops)."
        case .knownHostsElsewhere:
            "The ssh config names a UserKnownHostsFile outside the operator's key directory, which is neither read nor written here. "
                + "Nothing was connected. Name one inside, or set the server's own."
        }
    }

    static func text(_ notes: [SSHConfigNote]) -> String {
        var seen: [String] = []
        for note in notes {
            let text = note.kind.rawValue + (note.line > 0 ? " (line \(note.line))" : "")
            if !seen.contains(text), seen.count < 5 { seen.append(text) }
        }
        return seen.joined(separator: "; ")
    }

    var failure: PlaceFailure { .other(word: word, text: explanation) }
}

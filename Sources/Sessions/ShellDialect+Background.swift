/// How a background command gets the state of its session.
extension ShellDialect {
    /// The descriptor a background shell reads its script from.
    static let scriptSlot: Int32 = 43

    /// Prints, as shell text, what a new shell needs to stand where this one stands.
    var stateCommand: [UInt8] {
        switch kind {
        case .bash:
            Array("\\builtin export -p;\\builtin umask -p;\\builtin alias -p;\\builtin declare -f;:".utf8)
        case .posix: Array("\\export -p;printf 'umask ';\\umask".utf8)
        }
    }

    /// What the new shell reads: the state, quietly, then the command.
    func backgroundScript(state: [UInt8], command: [UInt8]) -> [UInt8] {
        let saved = "\(Self.scriptSlot + 1)"
        switch kind {
        case .bash:
            // Aliases are only used by lines read after the switch. Read-only variables of the session make noise.
            return Array("shopt -s expand_aliases; exec \(Self.scriptSlot)<&- \(saved)>&2 2>/dev/null\n".utf8) + state
                + Array("\nexec 2>&\(saved) \(saved)>&-\n".utf8) + command + [UInt8(ascii: "\n")]
        case .posix:
            return state + [UInt8(ascii: "\n")] + command + [UInt8(ascii: "\n")]
        }
    }

    /// Argument 0 and the options of a shell that runs the script.
    func backgroundArguments(executable: String) -> [String] {
        let name = executable.split(separator: "/").last.map(String.init) ?? executable
        let script = ". /proc/self/fd/\(Self.scriptSlot)"
        switch kind {
        case .bash: return ["bash", "--norc", "--noprofile", "-c", script]
        case .posix: return [name == "busybox" ? "sh" : name, "-c", script]
        }
    }
}

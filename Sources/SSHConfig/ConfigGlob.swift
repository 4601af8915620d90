internal import KnownHosts

/// The paths that an `Include` means: glob(7) with `*` and `?`, in the order of their bytes.
enum ConfigGlob {
    static func paths(_ pattern: String, home: String, list: (String) -> [String]) -> [String] {
        let whole: String
        if pattern.hasPrefix("/") {
            whole = pattern
        } else if pattern.hasPrefix("~/") {
            whole = home + pattern.dropFirst()
        } else {
            whole = home + "/.ssh/" + pattern
        }
        var found = [""]
        for component in whole.split(separator: "/") {
            if component.contains(where: { $0 == "*" || $0 == "?" }) {
                found = found.flatMap { directory in
                    list(directory.isEmpty ? "/" : directory).filter { matches(String(component), $0) }
                        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { directory + "/" + $0 }
                }
            } else {
                found = found.map { $0 + "/" + component }
            }
            guard found.count <= SSHConfig.mostFiles else { return Array(found.prefix(SSHConfig.mostFiles)) }
        }
        return found
    }

    /// A leading dot is matched by a dot alone.
    private static func matches(_ pattern: String, _ name: String) -> Bool {
        guard name.hasPrefix(".") == pattern.hasPrefix(".") else { return false }
        return HostPattern.matches(Array(pattern.utf8), Array(name.utf8))
    }
}

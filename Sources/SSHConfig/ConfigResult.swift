extension ConfigReader {
    /// What was kept, with tokens replaced and defaults filled in.
    mutating func result() -> SSHAlias {
        let hostName = expandedHostName()
        let port = values["port"]?.first.flatMap { UInt16($0) } ?? 22
        let user = values["user"]?.first
        let table: [Character: String] = [
            "h": hostName, "p": "\(port)", "r": user ?? surroundings.user, "u": surroundings.user, "d": surroundings.home,
            "n": alias, "i": "\(surroundings.userNumber)", "k": values["hostkeyalias"]?.first ?? alias,
        ]
        if let command = values["proxycommand"], command.map({ $0.lowercased() }) != ["none"] { note(.proxyCommand, 0) }
        let identities = identityFiles.isEmpty ? nil : paths(identityFiles, table)
        let known = values["userknownhostsfile"].map { paths($0, table) }
        return SSHAlias(
            hostName: hostName, user: user, port: port, identityFiles: identities,
            identitiesOnly: values["identitiesonly"]?.first.flatMap(ConfigValue.flag) ?? false,
            refusesUnknownHosts: values["stricthostkeychecking"]?.first?.lowercased() == "yes", jumps: jumps(table),
            knownHostsFiles: known, hostKeyAlias: values["hostkeyalias"]?.first,
            aliveInterval: values["serveraliveinterval"]?.first.flatMap(ConfigValue.seconds),
            aliveCount: values["serveralivecountmax"]?.first.flatMap { Int($0) },
            connectTimeout: values["connecttimeout"]?.first.flatMap(ConfigValue.seconds), isNamed: isNamed, notes: notes)
    }

    private mutating func expandedHostName() -> String {
        guard let value = values["hostname"]?.first else { return alias }
        guard let name = ConfigTokens.replaced(value, ["h": alias]) else {
            note(.unsupportedToken, 0)
            return alias
        }
        return name
    }

    /// The paths with `~` and tokens replaced; `none` is left out, and so is what cannot be replaced.
    private mutating func paths(_ texts: [String], _ table: [Character: String]) -> [String] {
        var paths: [String] = []
        for text in texts where text.lowercased() != "none" {
            let whole = text == "~" || text.hasPrefix("~/") ? surroundings.home + text.dropFirst() : text
            guard !whole.contains("${"), let path = ConfigTokens.replaced(whole, table) else {
                note(.unsupportedToken, 0)
                continue
            }
            paths.append(path)
        }
        return paths
    }

    private mutating func jumps(_ table: [Character: String]) -> [SSHJump] {
        guard let value = values["proxyjump"]?.first else { return [] }
        guard let text = ConfigTokens.replaced(value, table), let jumps = ConfigValue.jumps(text) else {
            note(.unsupportedToken, 0)
            return []
        }
        return jumps
    }
}

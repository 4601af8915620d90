internal import KnownHosts
internal import PrivateFiles
internal import SSHClient
internal import SSHConfig

/// From what a caller wants and what the operator says to a plan. Pure but for the closures of the `config`.
struct SSHPlanner {
    let ground: SSHGround
    let config: SSHConfigSource

    func plan(_ wish: SSHWish) throws(SSHRefusal) -> SSHPlan {
        guard Self.isHost(wish.host) else { throw .badHost }
        if let user = wish.user, !Self.isUser(user) { throw .badUser }
        var pin: FingerprintPin?
        if let text = wish.fingerprint {
            guard let found = FingerprintPin(text) else { throw .badFingerprint }
            pin = found
        }
        let alias = try resolved(wish.host)
        var hop = try hop(alias, user: wish.user, port: wish.port)
        hop.pin = pin
        hop.ways = SSHWays.ways(
            wantsPassword: wish.usesPassword, key: wish.key, hasAgent: ground.agentSocket != nil, alias: alias)
        let jumps = try jumps(of: alias, name: wish.host, visited: [wish.host.lowercased()])
        guard jumps.count < SSHPlan.mostHops else { throw .jumpsWithoutEnd }
        let notes = alias.notes.filter { !Self.changesMeaning($0) }
        return SSHPlan(
            names: SSHNames(user: hop.user, host: wish.host, port: hop.port), jumps: jumps, host: hop,
            notes: notes.isEmpty ? [] : ["Of the ssh config was not followed: " + SSHRefusal.text(notes) + "."])
    }

    // MARK: Aliases

    private func resolved(_ name: String) throws(SSHRefusal) -> SSHAlias {
        let surroundings = SSHConfigSurroundings(
            user: ground.localUser, home: ground.home.text, userNumber: ground.userNumber)
        let alias = SSHConfig.resolve(name, text: config.text, surroundings: surroundings, files: config.files)
        let grave = alias.notes.filter(Self.changesMeaning)
        guard grave.isEmpty else { throw .configNotFollowed(grave) }
        return alias
    }

    /// Whether ssh would connect to something else, or stop.
    private static func changesMeaning(_ note: SSHConfigNote) -> Bool {
        switch note.kind {
        case .badValue, .proxyCommand, .unsupportedToken: true
        case .unsupportedMatch, .badLine, .includeTooDeep: false
        }
    }

    private func hop(_ alias: SSHAlias, user: String?, port: UInt16?) throws(SSHRefusal) -> SSHPlan.Hop {
        let user = user ?? alias.user ?? ground.localUser
        guard Self.isHost(alias.hostName) else { throw .badHost }
        guard Self.isUser(user) else { throw .badUser }
        return SSHPlan.Hop(
            host: alias.hostName, port: port ?? alias.port, user: user, pin: nil, knownHosts: try knownHosts(alias),
            hostKeyAlias: alias.hostKeyAlias, refusesUnknown: alias.refusesUnknownHosts,
            connectTimeout: .seconds(min(max(alias.connectTimeout ?? 20, 1), 600)),
            keepAlive: alias.aliveInterval == 0 ? nil : .seconds(alias.aliveInterval ?? 15),
            keepAliveMisses: alias.aliveCount ?? 3, ways: [])
    }

    /// The operator's setting; else the first file that the `config` names, if that lies where this may read and write; else
    /// the usual one.
    private func knownHosts(_ alias: SSHAlias) throws(SSHRefusal) -> AbsolutePath {
        if let set = ground.knownHosts { return set }
        guard let named = alias.knownHostsFiles?.first else { return ground.usualKnownHosts }
        guard let path = try? AbsolutePath(named), ground.keys.holds(named) else { throw .knownHostsElsewhere }
        return path
    }

    // MARK: Jump hosts

    /// As ssh does: what is reached directly may have jump hosts of its own, what stands behind another has that one.
    private func jumps(of alias: SSHAlias, name: String, visited: Set<String>) throws(SSHRefusal) -> [SSHPlan.Hop] {
        var hops: [SSHPlan.Hop] = []
        // `Host *` with a ProxyJump is about all hosts but the jump host itself.
        if alias.jumps.first.map({ $0.host.lowercased() == name.lowercased() }) == true { return [] }
        for (index, jump) in alias.jumps.enumerated() {
            guard Self.isHost(jump.host) else { throw .badHost }
            let own = try resolved(jump.host)
            if index == 0 {
                let known = jump.host.lowercased()
                guard !visited.contains(known), visited.count < SSHPlan.mostHops else { throw .jumpsWithoutEnd }
                hops += try jumps(of: own, name: jump.host, visited: visited.union([known]))
            }
            var hop = try hop(own, user: jump.user, port: jump.port)
            hop.ways = SSHWays.ways(wantsPassword: false, key: nil, hasAgent: ground.agentSocket != nil, alias: own)
            hops.append(hop)
            guard hops.count < SSHPlan.mostHops else { throw .jumpsWithoutEnd }
        }
        return hops
    }

    // MARK: Texts

    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }
    }

    static func isUser(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

/// In which order to try to be let in. Pure.
enum SSHWays {
    /// The keys that ssh tries when nobody names one, without the kinds that are not used here.
    static let usualKeys = ["id_ed25519", "id_ecdsa", "id_rsa"]

    static func ways(wantsPassword: Bool, key: String?, hasAgent: Bool, alias: SSHAlias) -> [SSHPlan.Way] {
        var ways: [SSHPlan.Way] = []
        if let key {
            // The agent may hold it open.
            if hasAgent { ways.append(.agent(onlyOf: [key])) }
            if !isPublic(key) { ways.append(.key(key, isUsual: false)) }
        }
        if wantsPassword { ways.append(.password) }
        guard ways.isEmpty else { return ways }
        let names = alias.identityFiles ?? usualKeys
        if hasAgent { ways.append(.agent(onlyOf: alias.identitiesOnly ? names : nil)) }
        return ways + names.filter { !isPublic($0) }.map { .key($0, isUsual: alias.identityFiles == nil) }
    }

    /// `IdentityFile` may name the public half of a key that an agent holds.
    static func isPublic(_ name: String) -> Bool { name.hasSuffix(".pub") }
}

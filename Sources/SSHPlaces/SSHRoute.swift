internal import Digest
internal import PrivateFiles
internal import SSHClient

/// A plan with its secrets and files: what `SSHClient` connects to.
struct SSHRoute {
    let target: SSHTarget
    let jumps: [SSHTarget]

    /// A file that is not there leaves out what it was for.
    init(_ plan: SSHPlan, login: SSHLogin, ground: SSHGround) {
        target = Self.target(plan.host, login, ground)
        jumps = plan.jumps.map { Self.target($0, login, ground) }
    }

    private static func target(_ hop: SSHPlan.Hop, _ login: SSHLogin, _ ground: SSHGround) -> SSHTarget {
        var target = SSHTarget(
            host: hop.host, port: hop.port, user: hop.user, trust: trust(hop, ground), knownHosts: hop.knownHosts,
            credentials: hop.ways.compactMap { credential($0, login, ground) }, connectTimeout: hop.connectTimeout,
            keepAlive: hop.keepAlive)
        target.keepAliveMisses = hop.keepAliveMisses
        target.hostKeyAlias = hop.hostKeyAlias
        target.nameServers = ground.nameServers
        return target
    }

    private static func trust(_ hop: SSHPlan.Hop, _ ground: SSHGround) -> HostKeyTrust {
        if let pin = hop.pin { return .pin(pin) }
        if ground.acceptsAnyHostKey { return .any }
        let asksForLess = ground.unknownHosts == .trustFirstUse
        return .knownHosts(hop.refusesUnknown && asksForLess ? .refuse : ground.unknownHosts)
    }

    private static func credential(_ way: SSHPlan.Way, _ login: SSHLogin, _ ground: SSHGround) -> SSHCredential? {
        switch way {
        case .password: return login.password.map { .password($0) }
        case .key(let name, let isUsual):
            if isUsual, !isThere(name, ground) { return nil }
            return .keyFile(name: name, in: ground.keys, passphrase: login.passphrase)
        case .agent(let names):
            guard let socket = ground.agentSocket else { return nil }
            let only = names.map { $0.compactMap { publicKey($0, ground) } }
            return only == [] ? nil : .agent(socket: Array(socket.utf8), only: only)
        }
    }

    private static func isThere(_ name: String, _ ground: SSHGround) -> Bool {
        guard let directory = try? Directory(at: ground.keyDirectory) else { return false }
        return (try? directory.info(name)) ?? nil != nil
    }

    /// The public half of a key file, which stands beside it: a line of its kind, base64, and a remark (sshd(8)).
    private static func publicKey(_ name: String, _ ground: SSHGround) -> [UInt8]? {
        let file = SSHWays.isPublic(name) ? name : name + ".pub"
        guard let text = try? ground.keys.text(file, limit: 64 << 10) else { return nil }
        return publicKey(text)
    }

    static func publicKey(_ text: [UInt8]) -> [UInt8]? {
        let line = text.prefix { $0 != 0x0A }
        let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return fields.count >= 2 ? Base64.decode(fields[1]) : nil
    }
}

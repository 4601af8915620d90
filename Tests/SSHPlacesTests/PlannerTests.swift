import PrivateFiles
import SSHConfig
import Testing

@testable import SSHPlaces

@Suite("From what is said to a plan")
struct PlannerTests {
    static func ground() throws -> SSHGround {
        SSHGround(
            keyDirectory: try AbsolutePath("/home/ann/.ssh"), usualKnownHosts: try AbsolutePath("/home/ann/.execkit/known_hosts"),
            home: try AbsolutePath("/home/ann"), localUser: "ann", userNumber: 1000)
    }

    private func plan(
        _ host: String, _ text: String = "", wish change: (inout SSHWish) -> Void = { _ in }, ground edit: (inout SSHGround) throws -> Void = { _ in }
    ) throws -> SSHPlan {
        var wish = SSHWish(host: host)
        change(&wish)
        var ground = try Self.ground()
        try edit(&ground)
        return try SSHPlanner(ground: ground, config: SSHConfigSource(text: Array(text.utf8), files: .none)).plan(wish)
    }

    private func refusal(_ host: String, _ text: String = "", wish: (inout SSHWish) -> Void = { _ in }) -> SSHRefusal? {
        do {
            _ = try plan(host, text, wish: wish)
            return nil
        } catch {
            return error as? SSHRefusal
        }
    }

    @Test("A host that no alias names means itself, as the local user at port 22, with the usual keys")
    func plain() throws {
        let plan = try plan("host.example")
        #expect(plan.names == SSHNames(user: "ann", host: "host.example", port: 22))
        #expect(plan.hops.count == 1)
        let hop = plan.hops[0]
        #expect(hop.host == "host.example" && hop.port == 22 && hop.user == "ann" && hop.hostKeyAlias == nil && hop.pin == nil)
        #expect(hop.knownHosts.text == "/home/ann/.execkit/known_hosts")
        #expect(hop.connectTimeout == .seconds(20) && hop.keepAlive == .seconds(15) && hop.keepAliveMisses == 3)
        #expect(hop.ways == [.key("id_ed25519", isUsual: true), .key("id_ecdsa", isUsual: true), .key("id_rsa", isUsual: true)])
    }

    @Test("An alias says all that it can say, and what the caller says wins")
    func alias() throws {
        let text = """
            Host web
              HostName 10.0.0.7
              User deploy
              Port 2222
              IdentityFile ~/.ssh/web
              IdentitiesOnly yes
              HostKeyAlias web-key
              ConnectTimeout 7
              ServerAliveInterval 5
              ServerAliveCountMax 2
            """
        let hop = try plan("web", text).host
        #expect(hop.host == "10.0.0.7" && hop.port == 2222 && hop.user == "deploy" && hop.hostKeyAlias == "web-key")
        #expect(hop.connectTimeout == .seconds(7) && hop.keepAlive == .seconds(5) && hop.keepAliveMisses == 2)
        #expect(hop.ways == [.key("/home/ann/.ssh/web", isUsual: false)])
        let said = try plan("web", text, wish: { ($0.user, $0.port) = ("root", 22) })
        #expect(said.hops[0].user == "root" && said.hops[0].port == 22 && said.hops[0].host == "10.0.0.7")
        #expect(said.names.label == "ssh:web" && said.names.transport == "ssh_root@web")
        #expect(try plan("web", text).names.transport == "ssh_deploy@web:2222")
        #expect(try plan("web", "Host web\nServerAliveInterval 0\nConnectTimeout 0").hops[0].keepAlive == nil)
    }

    @Test("Keys are tried in this order: a named one alone; else the agent's, IdentityFile or the usual ones")
    func ways() {
        func alias(_ text: String) -> SSHAlias {
            SSHConfig.resolve("h", text: Array(text.utf8), surroundings: SSHConfigSurroundings(user: "u", home: "/h", userNumber: 1))
        }
        let usual = SSHWays.usualKeys.map { SSHPlan.Way.key($0, isUsual: true) }
        let both = alias("IdentityFile ~/a\nIdentityFile ~/b.pub")
        let only = alias("IdentityFile ~/a\nIdentitiesOnly yes")
        func ways(_ password: Bool, _ key: String?, _ agent: Bool, _ alias: SSHAlias) -> [SSHPlan.Way] {
            SSHWays.ways(wantsPassword: password, key: key, hasAgent: agent, alias: alias)
        }
        #expect(ways(false, nil, false, alias("")) == usual)
        #expect(ways(false, nil, true, alias("")) == [.agent(onlyOf: nil)] + usual)
        #expect(ways(false, nil, true, alias("IdentitiesOnly yes")) == [.agent(onlyOf: SSHWays.usualKeys)] + usual)
        #expect(ways(false, nil, true, both) == [.agent(onlyOf: nil), .key("/h/a", isUsual: false)])
        #expect(ways(false, nil, true, only) == [.agent(onlyOf: ["/h/a"]), .key("/h/a", isUsual: false)])
        #expect(ways(false, "k", true, both) == [.agent(onlyOf: ["k"]), .key("k", isUsual: false)])
        #expect(ways(false, "k", false, both) == [.key("k", isUsual: false)])
        #expect(ways(true, nil, true, both) == [.password])
        #expect(ways(true, "k", false, both) == [.key("k", isUsual: false), .password])
        #expect(ways(false, nil, false, alias("IdentityFile none")) == [])
    }

    @Test("Jump hosts are aliases; the first has jumps of its own, the password goes to none")
    func jumps() throws {
        let text = """
            Host inner
              ProxyJump bob@mid:2200,last
            Host mid
              HostName mid.example
              ProxyJump outer
              IdentityFile ~/.ssh/mid
            Host last
              ProxyJump never
            Host outer
              User oscar
            """
        let plan = try plan("inner", text, wish: { $0.key = "k" })
        #expect(plan.hops.map(\.host) == ["outer", "mid.example", "last", "inner"])
        #expect(plan.hops.map(\.user) == ["oscar", "bob", "ann", "ann"])
        #expect(plan.hops.map(\.port) == [22, 2200, 22, 22])
        #expect(plan.hops[1].ways == [.key("/home/ann/.ssh/mid", isUsual: false)])
        #expect(plan.hops[3].ways == [.key("k", isUsual: false)])
        // A pattern that means the jump host too.
        let pattern = "Host *.corp\n ProxyJump gate.corp\n"
        #expect(try self.plan("a.corp", pattern).hops.map(\.host) == ["gate.corp", "a.corp"])
        #expect(try self.plan("gate.corp", pattern).hops.map(\.host) == ["gate.corp"])
        #expect(try self.plan("a", "Host a\nProxyJump none\nHost *\nProxyJump b").hops.count == 1)
    }

    @Test("Jumps without an end are refused: loops, chains and lists")
    func loops() {
        #expect(refusal("a", "Host a\nProxyJump b\nHost b\nProxyJump a") == .jumpsWithoutEnd)
        #expect(refusal("a", "Host a\nProxyJump b\nHost b\nProxyJump c\nHost c\nProxyJump B") == .jumpsWithoutEnd)
        let chain = (0..<30).map { "Host h\($0)\nProxyJump h\($0 + 1)\n" }.joined()
        #expect(refusal("h0", chain) == .jumpsWithoutEnd)
        #expect(refusal("h25", chain) == nil)
        #expect(refusal("x", "ProxyJump " + (0..<20).map { "j\($0)" }.joined(separator: ",")) == .jumpsWithoutEnd)
    }

    @Test("known_hosts is the operator's setting; else the alias's file inside the key directory; else the usual one")
    func knownHosts() throws {
        func file(_ text: String, set: String? = nil) throws -> String {
            try plan("h", text, ground: { $0.knownHosts = try set.map { try AbsolutePath($0) } }).hops[0].knownHosts.text
        }
        #expect(try file("UserKnownHostsFile ~/.ssh/mine ~/.ssh/other") == "/home/ann/.ssh/mine")
        #expect(try file("UserKnownHostsFile none") == "/home/ann/.execkit/known_hosts")
        for elsewhere in ["/dev/null", "/tmp/x", "~/x", "~/.ssh/../x", "mine", "~/.ssh"] {
            #expect(refusal("h", "UserKnownHostsFile \(elsewhere)") == .knownHostsElsewhere, "\(elsewhere)")
            #expect(try file("UserKnownHostsFile \(elsewhere)", set: "/srv/known") == "/srv/known")
        }
    }

    @Test("What cannot be meant is refused, each in its own words")
    func refusals() {
        for host in ["", " ", "a b", "a\n", "a\u{0}", "bäcker", "ann@host", String(repeating: "a", count: 256)] {
            #expect(refusal(host) == .badHost, "\(host)")
        }
        #expect(refusal("h", "HostName 'a b'") == .badHost)
        for user in ["", "a\nb", "a\u{7f}", String(repeating: "u", count: 256)] {
            #expect(refusal("h", wish: { $0.user = user }) == .badUser)
        }
        for pin in ["", "MD5:aa", "SHA256:short", "SHA256:" + String(repeating: "!", count: 43)] {
            #expect(refusal("h", wish: { $0.fingerprint = pin }) == .badFingerprint)
        }
        for text in ["ProxyCommand nc %h %p", "Port x", "HostName %z", "ProxyJump %z", "ProxyJump ,"] {
            guard case .configNotFollowed(let notes) = refusal("h", text) else { Issue.record("\(text)"); continue }
            #expect(notes.count == 1)
        }
        // What is about other hosts, or ssh would pass over too, is a note.
        #expect(refusal("h", "Host other\nProxyCommand x\nMatch exec true\nUser x") == nil)
        let all: [SSHRefusal] = [
            .badHost, .badUser, .badFingerprint, .configUnusable(.symbolicLink), .configNotFollowed([]), .jumpsWithoutEnd,
            .knownHostsElsewhere,
        ]
        #expect(Set(all.map(\.word)).count == all.count && Set(all.map(\.explanation)).count == all.count)
    }

    @Test("Notes say what was passed over, without a path")
    func notes() throws {
        let plan = try plan("h", "Match exec /secret/path\nUser x\n")
        #expect(plan.notes.count == 1 && plan.notes[0].contains("Match") && !plan.notes[0].contains("secret"))
        #expect(try self.plan("h", "User x").notes == [])
    }

    @Test("The ending of a session's name is fit for a file's name")
    func names() {
        let long = String(repeating: "h", count: 60)
        #expect(SSHNames(user: "a/../b", host: "[::1]", port: 22).transport == "ssh_a_.._b@___1_")
        #expect(SSHNames(user: "ü", host: long, port: 2).transport == "ssh__@" + long.prefix(40) + ":2")
        #expect(SSHNames(user: "a", host: long, port: 22).label == "ssh:" + long)
    }
}

extension SSHPlan {
    /// The first is reached directly, the last is the host.
    var hops: [Hop] { jumps + [host] }
}

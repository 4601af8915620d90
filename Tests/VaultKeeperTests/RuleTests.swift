import KeeperProtocol
import Testing
import UseRule
import Vault

extension AllOfTheKeeper {
    @Suite("Rules") struct RuleTests {
        private func rule(_ house: House, _ key: String, _ change: @escaping (inout UseRule) -> Void) throws {
            try house.byPerson { vault in
                try vault.changeRule(house.place(key)) { old in
                    var new = old
                    change(&new)
                    return new
                }
            }
        }

        @Test("A program that the rule does not name is refused with the rule's reason; one that it names is not")
        func programs() throws {
            let house = try House()
            try rule(house, "B") { $0.programs = ["/usr/bin/psql"] }
            #expect(house.values(house.request("A", "B")) == ["value of A", "value of B"])
            let refusal = try #require(house.refusal(house.request("A", "B") { $0.program = "/tmp/psql" }))
            #expect(refusal.code == .rule && refusal.keys == ["B"] && refusal.message.contains("/usr/bin/psql"))
            #expect(house.values(house.request("A") { $0.program = "/tmp/psql" }) != nil)
        }

        @Test("A rule by project looks at where the server was started, not at what the request names")
        func projects() throws {
            let house = try House()
            try rule(house, "A") { $0.projects = ["shop"] }
            #expect(house.refusal(house.request("A"))?.code == .rule)
            let file = try house.write("[project]\nname = \"shop\"\n", to: "w/execkit.toml")
            #expect(house.values(house.request("A") { $0.origin = file.replacing("/execkit.toml", with: "") }) == ["value of A"])
        }

        @Test("A person who is asked every time is asked every time, and a token is good once, for that run alone")
        func askAlways() throws {
            let house = try House()
            try rule(house, "B") { $0.ask = .always }
            let request = house.request("A", "B")
            let before = try house.log(1).first?.seq
            let first = try #require(house.confirmation(request))
            #expect(first.keys == ["B"] && first.reasons.count == 1 && first.reasons[0].hasPrefix("B for /usr/bin/psql: "))
            #expect(try house.log(1).first?.seq == before, "nothing was opened, so nothing is in the log")
            func confirmed(_ token: String, _ change: (inout OpenRequest) -> Void = { _ in }) -> OpenRequest {
                var copy = request
                copy.confirmed = token
                change(&copy)
                return copy
            }
            // Another run, other keys, another program, a made-up token: each also spends the token it names.
            for change: (inout OpenRequest) -> Void in [
                { $0.run = "ab13" }, { $0.keys = ["B"] }, { $0.program = "/bin/sh" }, { $0.command = [] }, { $0.purpose = .session },
                { $0.environment = nil },
            ] {
                let token = try #require(house.confirmation(request)).token
                let answer = house.ask(.open(confirmed(token, change))).answer
                guard case .refused(let refusal) = answer else {
                    Issue.record("\(answer)")
                    continue
                }
                #expect(refusal.code == .confirmationExpired || refusal.code == .unknownEnvironment)
            }
            #expect(house.refusal(confirmed("0000"))?.code == .confirmationExpired)
            #expect(house.values(confirmed(first.token)) == ["value of A", "value of B"])
            #expect(house.refusal(confirmed(first.token))?.code == .confirmationExpired)
            #expect(house.confirmation(request) != nil)
        }

        @Test("A token is good for ten minutes, and not with a clock that went back")
        func tokenAge() throws {
            let house = try House()
            try rule(house, "A") { $0.ask = .always }
            for (seconds, isGood) in [(0, true), (599, true), (600, false), (-1, false)] {
                let token = try #require(house.confirmation(house.request("A"))).token
                house.now += seconds
                let answer = house.ask(.open(house.request("A") { $0.confirmed = token })).answer
                if case .opened = answer { #expect(isGood) } else { #expect(!isGood) }
            }
        }

        @Test("How often to ask is remembered for a secret and a program, and not by the next keeper")
        func askEvery() throws {
            let house = try House()
            try rule(house, "A") { $0.ask = .every(seconds: 60) }
            try rule(house, "B") { $0.ask = .every(seconds: 60) }
            let token = try #require(house.confirmation(house.request("A"))).token
            #expect(house.values(house.request("A") { $0.confirmed = token }) == ["value of A"])
            house.now += 59
            #expect(house.values(house.request("A")) == ["value of A"])
            #expect(house.confirmation(house.request("A") { $0.program = "/bin/sh" }) != nil)
            #expect(house.confirmation(house.request("A", "B"))?.keys == ["B"])
            house.now += 1
            #expect(house.confirmation(house.request("A")) != nil)
            house.now -= 1
            house.restart()
            #expect(house.confirmation(house.request("A")) != nil)
        }

        @Test("A yes to one login is remembered for that login: not for another server, a run or a session of the same program")
        func askEveryLogin() throws {
            let house = try House()
            try rule(house, "A") { $0.ask = .every(seconds: 60) }
            func login(_ digest: String, _ change: (inout OpenRequest) -> Void = { _ in }) -> OpenRequest {
                house.request("A") {
                    ($0.run, $0.program, $0.purpose) = (digest, "/usr/bin/ssh", .login)
                    change(&$0)
                }
            }
            let token = try #require(house.confirmation(login("aa"))).token
            #expect(house.values(login("aa") { $0.confirmed = token }) == ["value of A"])
            #expect(try house.log(1).first?.action == "mcp.login_secrets")
            #expect(house.values(login("aa")) == ["value of A"])
            #expect(house.confirmation(login("bb")) != nil)
            for purpose in [OpenRequest.Purpose.run, .session] {
                #expect(house.confirmation(login("aa") { $0.purpose = purpose }) != nil)
            }
            house.now += 60
            #expect(house.confirmation(login("aa")) != nil)
        }

        @Test("A rule that begins to ask for more than was agreed to is not covered by the token")
        func moreAsked() throws {
            let house = try House()
            try rule(house, "A") { $0.ask = .always }
            let token = try #require(house.confirmation(house.request("A", "B"))).token
            try rule(house, "B") { $0.ask = .always }
            #expect(house.refusal(house.request("A", "B") { $0.confirmed = token })?.code == .confirmationExpired)
        }

        @Test("A limit counts this secret's uses by the log, over keepers and purposes, and not those that were refused")
        func limit() throws {
            let house = try House()
            try rule(house, "A") { $0.limit = UseRule.Limit(uses: 2, seconds: 3600) }
            #expect(house.values(house.request("B")) != nil)
            #expect(house.values(house.request("A") { $0.environment = "prod" }) != nil)
            #expect(house.refusal(house.request("A", "NOPE"))?.code == .unknownKey)
            #expect(house.values(house.request("A")) != nil)
            house.restart()
            #expect(house.values(house.request("B", "A") { $0.purpose = .login }) != nil)
            let refusal = try #require(house.refusal(house.request("A")))
            #expect(refusal.code == .rateLimited && refusal.keys == ["A"])
            #expect(house.values(house.request("B")) != nil)
        }

        @Test("Uses before the time of a limit do not count")
        func window() throws {
            let house = try House()
            try rule(house, "A") { $0.limit = UseRule.Limit(uses: 1, seconds: 1) }
            #expect(house.values(house.request("A")) != nil)
            let deadline = ContinuousClock.now + .seconds(60)
            while case .refused(let refusal) = house.ask(.open(house.request("A"))).answer {
                #expect(refusal.code == .rateLimited)
                try #require(ContinuousClock.now < deadline)
            }
        }

        @Test("Delivery and weak values are told as the rule has them")
        func hints() throws {
            let house = try House()
            try rule(house, "A") { ($0.delivery, $0.allowsWeakValue) = (.file, true) }
            guard case .opened(let opened) = house.ask(.open(house.request("A", "B"))).answer else {
                Issue.record("not opened")
                return
            }
            #expect(opened.entries.map(\.delivery) == [.file, nil])
            #expect(opened.entries.map(\.isWeakAllowed) == [true, false])
        }

        @Test("A rule that was taken out of the file, or put back from before, opens nothing")
        func tamperedRule() throws {
            let house = try House()
            try rule(house, "A") { $0.programs = ["make"] }
            try house.tamper("UPDATE secret SET rule = NULL WHERE key = 'A'")
            #expect(house.refusal(house.request("A"))?.code == .damagedVault)
            try house.tamper(#"UPDATE secret SET rule = '{"programs":["psql"]}' WHERE key = 'A'"#)
            #expect(house.refusal(house.request("A"))?.code == .damagedVault)
        }

        @Test("A program with control characters does not bring them into a question")
        func shownProgram() throws {
            let house = try House()
            try rule(house, "A") { $0.ask = .always }
            let request = house.request("A") { $0.program = "/bin/\u{1B}[31m\u{202E}\nx" + String(repeating: "y", count: 999) }
            let reason = try #require(house.confirmation(request)?.reasons.first)
            #expect(reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
            #expect(reason.count < 400)
        }
    }
}

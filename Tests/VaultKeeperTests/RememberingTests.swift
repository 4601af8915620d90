import KeeperProtocol
import Keyring
import Testing
import UseRule
import Vault
import VaultStore

extension AllOfTheKeeper {
    @Suite("The same request again") struct RememberingTests {
        @Test("It is opened again, each time after a row of the log, and as a keeper answers that remembers nothing")
        func again() throws {
            let house = try House()
            var replies: [OpenedSecrets] = []
            for round in 0..<4 {
                // The last one is told by a keeper that was asked nothing before.
                if round == 3 { house.restart() }
                let before = try house.log(1).first?.seq ?? 0
                let (answer, values) = house.ask(.open(house.request("B", "A")))
                guard case .opened(let opened) = answer else {
                    Issue.record("not opened: \(answer)")
                    continue
                }
                #expect(values == ["value of B", "value of A"])
                #expect(opened.receipt == before + 1)
                #expect(try house.log(1).first?.seq == before + 1)
                replies.append(opened)
            }
            let naive = try #require(replies.last)
            #expect(replies.count == 4 && replies.allSatisfy { $0.entries == naive.entries && $0.projectID == naive.projectID })
            // More different ones than are remembered.
            let keys = (1...20).map { "K\($0)" }
            try house.byPerson { vault in for key in keys { try vault.set(house.place(key), try secret("of \(key)")) } }
            for _ in 0..<2 {
                for key in keys { #expect(house.values(house.request(key)) == ["of \(key)"]) }
                for folder in [nil, ""] { #expect(house.values(house.request("A") { $0.folder = folder }) == ["value of A"]) }
            }
            #expect(try LockedVault.open(in: house.home).store.firstBrokenAction() == nil)
        }

        @Test("What the person changes meanwhile holds for the very next request", arguments: [
            "value", "rule", "scope", "expiry", "removal", "name",
        ])
        func changes(_ what: String) throws {
            let house = try House()
            for _ in 0..<2 { #expect(house.values(house.request("A")) == ["value of A"]) }
            try house.byPerson { vault in
                let place = house.place("A")
                switch what {
                case "value": try vault.set(place, try secret("another"))
                case "rule": try vault.changeRule(place) { _ in
                    var rule = UseRule()
                    rule.programs = ["/usr/bin/other"]
                    return rule
                }
                case "scope": try vault.describe(place) { old in
                    var new = old
                    new.scope = .client
                    return new
                }
                case "expiry": try vault.describe(place) { old in
                    var new = old
                    new.expiresAt = "2001-01-01T00:00:00Z"
                    return new
                }
                case "removal": try vault.locked.remove(place)
                default: try vault.rename(place, to: "C")
                }
            }
            guard what != "value" else { return #expect(house.values(house.request("A")) == ["another"]) }
            let codes: [String: Refusal.Code] = [
                "rule": .rule, "scope": .clientScope, "expiry": .expired, "removal": .unknownKey, "name": .unknownKey,
            ]
            for _ in 0..<2 { #expect(house.refusal(house.request("A"))?.code == codes[what]) }
            #expect(house.values(house.request("B")) == ["value of B"])
        }

        @Test("A lock holds for it")
        func lock() throws {
            let house = try House()
            for _ in 0..<2 { #expect(house.values(house.request("A")) == ["value of A"]) }
            UnlockedKey(vault: house.vaultID).forget()
            #expect(house.refusal(house.request("A"))?.code == .locked)
            try house.unlock()
            #expect(house.values(house.request("A")) == ["value of A"])
        }

        @Test("Ends that are told together are all in the log, in their order; one that belongs to no run is told so")
        func ends() throws {
            let house = try House()
            var receipts: [Int] = []
            for _ in 0..<3 {
                guard case .opened(let opened) = house.ask(.open(house.request("A"))).answer else { continue }
                receipts.append(opened.receipt)
            }
            let runs = [receipts[2], 1, receipts[0], receipts[1]]
            let replies = house.keeper.handle(ends: runs.enumerated().map { index, receipt in
                KeeperRequest(id: 100 + index, .ended(EndedRun(receipt: receipt, exitCode: index, outcome: .exited)))
            })
            #expect(replies.map(\.id) == [100, 101, 102, 103])
            for (index, reply) in replies.enumerated() where index != 1 { #expect(reply.answer == .acknowledged) }
            guard case .refused(let refusal) = replies[1].answer else {
                Issue.record("ended what was no run")
                return
            }
            #expect(refusal.code == .system)
            #expect(try house.log(3).reversed().map(\.detail) == [
                #"{"receipt":\#(receipts[2]),"outcome":"exited","exitCode":0}"#,
                #"{"receipt":\#(receipts[0]),"outcome":"exited","exitCode":2}"#,
                #"{"receipt":\#(receipts[1]),"outcome":"exited","exitCode":3}"#,
            ])
            #expect(try LockedVault.open(in: house.home).store.firstBrokenAction() == nil)
            #expect(house.keeper.handle(ends: []).isEmpty)
        }
    }
}

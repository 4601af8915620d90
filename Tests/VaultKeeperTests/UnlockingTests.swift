import Foundation
import KeeperProtocol
import Keyring
import PrivateFiles
import Testing
import Vault
import VaultStore

extension AllOfTheKeeper {
    @Suite("Unlocking") struct UnlockingTests {
        private func status(_ house: House) throws -> KeeperStatus {
            guard case .status(let status) = house.ask(.status).answer else { throw CancellationError() }
            return status
        }

        private func store(_ house: House, _ password: String) throws {
            let file = try AbsolutePath(try house.write(password + "\n", to: "password"))
            try KeyringConfiguration(store: .file(file)).save(in: house.home)
        }

        @Test("Locked, with nothing configured: said so, with what the user does; names are listed all the same")
        func locked() throws {
            let house = try House(unlocked: false)
            let refusal = try #require(house.refusal(house.request("A")))
            #expect(refusal.code == .locked && refusal.message.contains("`execkit unlock`"))
            #expect(!house.keeper.holdsKeys)
            let status = try status(house)
            #expect(status.vault == .present && !status.isUnlocked && status.source == nil && status.store == nil)
            #expect(status.projects == 1 && status.environments == 2 && status.secrets == 5)
            try house.unlock()
            #expect(house.values(house.request("A")) == ["value of A"])
            #expect(try self.status(house).isUnlocked)
        }

        @Test("Locking in a terminal ends what is held: at the next request, and by a tick")
        func lock() throws {
            let house = try House()
            #expect(house.values(house.request("A")) != nil)
            #expect(house.keeper.holdsKeys)
            house.keeper.tick()
            #expect(house.keeper.holdsKeys)
            UnlockedKey(vault: house.vaultID).forget()
            #expect(house.refusal(house.request("A"))?.code == .locked)
            #expect(!house.keeper.holdsKeys)
            try house.unlock()
            #expect(house.values(house.request("A")) != nil)
            UnlockedKey(vault: house.vaultID).forget()
            house.keeper.tick()
            #expect(!house.keeper.holdsKeys)
            #expect(try !status(house).isUnlocked)
        }

        @Test("A wrong key in the kernel opens nothing and is forgotten")
        func wrongKey() throws {
            let house = try House(unlocked: false)
            let key = UnlockedKey(vault: house.vaultID)
            try key.remember(try secret(String(repeating: "k", count: 32)), idle: 60)
            #expect(house.refusal(house.request("A"))?.code == .locked)
            #expect(!key.isKept)
            try house.unlock()
            #expect(house.values(house.request("A")) != nil)
            try key.remember(try secret("short"), idle: 60)
            let answer = house.ask(.open(house.request("A"))).answer
            guard case .refused = answer else {
                Issue.record("\(answer)")
                return
            }
        }

        @Test("A changed password ends what is held")
        func changedPassword() throws {
            let house = try House()
            #expect(house.values(house.request("A")) != nil)
            try house.byPerson { try $0.changePassword(try secret("new")) }
            #expect(house.refusal(house.request("A"))?.code == .locked)
            #expect(!UnlockedKey(vault: house.vaultID).isKept)
            try house.unlock("new")
            #expect(house.values(house.request("A")) == ["value of A"])
        }

        @Test("The configured store unlocks, and puts the key where lock reaches it; a lock is then not undone by the store")
        func configuredStore() throws {
            let house = try House(unlocked: false)
            try store(house, House.password)
            #expect(try status(house).store == "file")
            #expect(try !status(house).isUnlocked, "asking for the status unlocks nothing")
            #expect(house.values(house.request("A")) == ["value of A"])
            #expect(UnlockedKey(vault: house.vaultID).isKept)
            #expect(try status(house).source == "file")
            UnlockedKey(vault: house.vaultID).forget()
            #expect(house.refusal(house.request("A"))?.code == .locked)
            #expect(house.refusal(house.request("A"))?.code == .locked)
            try house.unlock()
            #expect(house.values(house.request("A")) == ["value of A"])
            // Gone by being idle: that is nobody's wish.
            house.now += 900
            UnlockedKey(vault: house.vaultID).forget()
            #expect(house.values(house.request("A")) == ["value of A"])
        }

        @Test("A store that cannot unlock is named, with what the user does")
        func brokenStore() throws {
            let house = try House(unlocked: false)
            try store(house, "wrong")
            let wrong = try #require(house.refusal(house.request("A")))
            #expect(wrong.code == .locked && wrong.message.contains("not its password"))
            try store(house, "")
            #expect(house.refusal(house.request("A"))?.message.contains("is empty") == true)
            try FileManager.default.removeItem(atPath: house.root.path + "/password")
            #expect(house.refusal(house.request("A"))?.message.contains("the file with its password") == true)
            _ = try house.write("{", to: "home/keyring.json")
            #expect(house.refusal(house.request("A"))?.message.contains("keyring.json") == true)
            #expect(try status(house).problem?.contains("keyring.json") == true)
        }

        @Test("A vault that was replaced, removed, damaged, or opened to others is noticed while it is held")
        func replaced() throws {
            let house = try House()
            #expect(house.values(house.request("A")) == ["value of A"])
            let other = try House(unlocked: false)
            let file = house.home.text + "/vault.db"
            for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + ending) }
            #expect(house.refusal(house.request("A"))?.code == .noVault)
            #expect(try status(house).vault == .missing)
            try FileManager.default.copyItem(atPath: other.home.text + "/vault.db", toPath: file)
            #expect(house.refusal(house.request("A"))?.code == .locked)
            chmod(file, 0o644)
            #expect(house.refusal(house.request("A"))?.code == .damagedVault)
            #expect(try status(house).vault == .untrusted)
            chmod(file, 0o600)
            try FileManager.default.removeItem(atPath: file)
            _ = try house.write("not a database, and long enough to be looked at", to: "home/vault.db")
            #expect(house.refusal(house.request("A"))?.code == .damagedVault)
            #expect(try status(house).vault == .damaged)
            guard case .refused(let refusal) = house.ask(.projects).answer else {
                Issue.record("a damaged vault has projects")
                return
            }
            #expect(refusal.code == .damagedVault)
        }

        @Test("A newer vault is told as one")
        func newer() throws {
            let house = try House()
            try house.tamper("PRAGMA user_version = 99")
            #expect(try status(house).vault == .newer)
            #expect(house.refusal(house.request("A"))?.code == .damagedVault)
        }
    }
}

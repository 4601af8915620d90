import Foundation
import HelperRun
import KeeperProtocol
import StoreReferences
import Testing
import Vault
import VaultStore

extension AllOfTheKeeper {
    @Suite("Names") struct NameTests {
        @Test("Projects are listed with their environments and folders")
        func projects() throws {
            let house = try House(unlocked: false)
            guard case .projects(let projects) = house.ask(.projects).answer else {
                Issue.record("no list")
                return
            }
            #expect(projects == [
                ProjectOutline(
                    id: house.shop, name: "shop",
                    environments: [EnvironmentOutline(name: "dev", folders: ["db"]), EnvironmentOutline(name: "prod", folders: [])])
            ])
        }

        @Test("Secrets are listed by project, environment and folder, with all but their values")
        func secrets() throws {
            let house = try House(unlocked: false)
            func list(_ environment: String?, _ folder: String? = nil) throws -> SecretList {
                let query = SecretsQuery(project: "shop", environment: environment, folder: folder, origin: "/")
                guard case .secrets(let list) = house.ask(.secrets(query)).answer else { throw CancellationError() }
                return list
            }
            let all = try list(nil)
            #expect(all.projectID == house.shop && !all.isTruncated)
            #expect(all.secrets.map { "\($0.environment)/\($0.folder)/\($0.key)" }.sorted() == [
                "dev//A", "dev//B", "dev//EMPTY", "dev/db/URL", "prod//A",
            ])
            #expect(try list("dev", "").secrets.map(\.key) == ["A", "B", "EMPTY"])
            #expect(try list("dev", "db").secrets.map(\.key) == ["URL"])
            try house.byPerson { vault in
                try vault.changeRule(house.place("A", environment: "prod")) { $0 }
                try vault.describe(house.place("A", environment: "prod")) { old in
                    var new = old
                    (new.scope, new.type, new.tags, new.description, new.expiresAt) = (.server, .number, ["t"], "what", "2020-01-01")
                    return new
                }
            }
            let one = try #require(try list("prod").secrets.first)
            #expect(one.scope == "server" && one.type == "number" && one.tags == ["t"] && one.description == "what")
            #expect(one.isExpired && one.hasRule && one.version == 1 && one.expiresAt == "2020-01-01T00:00:00.000Z")
            for (query, code) in [
                (SecretsQuery(project: "nobody", origin: "/"), Refusal.Code.unknownProject),
                (SecretsQuery(project: "shop", environment: "qa", origin: "/"), .unknownEnvironment),
                (SecretsQuery(project: "shop", environment: "dev", folder: "x", origin: "/"), .unknownFolder),
            ] {
                guard case .refused(let refusal) = house.ask(.secrets(query)).answer else {
                    Issue.record("listed")
                    continue
                }
                #expect(refusal.code == code)
            }
        }

        @Test("A list has a bound, and says when it has reached it")
        func bound() throws {
            let house = try House(unlocked: false)
            try house.byPerson { vault in
                try vault.importing(project: house.shop, environment: "prod", orElse: { $0 }) { (set) throws(VaultError) in
                    for number in 0..<SecretList.most { try set("K\(number)", try! secret("v"), nil) }
                }
            }
            func list(_ environment: String) -> SecretList? {
                guard case .secrets(let list) = house.ask(.secrets(SecretsQuery(environment: environment, origin: "/"))).answer else { return nil }
                return list
            }
            #expect(list("prod")?.secrets.count == SecretList.most)
            #expect(list("prod")?.isTruncated == true)
            #expect(list("dev")?.isTruncated == false)
        }

        @Test("The project file in force is told, whether the vault knows it, and what is wrong with it")
        func current() throws {
            let house = try House(unlocked: false)
            func current(_ directory: String) throws -> CurrentProject {
                guard case .current(let current) = house.ask(.current(directory: directory)).answer else { throw CancellationError() }
                return current
            }
            #expect(try current(house.root.path) == CurrentProject())
            #expect(try current("not a path") == CurrentProject())
            let file = try house.write("[project]\nname = \"shop\"\nenvironment = \"dev\"\n", to: "w/execkit.toml")
            try FileManager.default.createDirectory(atPath: house.root.path + "/w/a/b", withIntermediateDirectories: true)
            let known = CurrentProject(file: file, projectID: house.shop, projectName: "shop", environment: "dev")
            #expect(try current(house.root.path + "/w/a/b") == known)
            _ = try house.write("[project]\nname = \"nobody\"\n", to: "w/execkit.toml")
            #expect(try current(house.root.path + "/w").problem?.contains("nobody") == true)
            _ = try house.write("[project", to: "w/execkit.toml")
            #expect(try current(house.root.path + "/w").problem?.contains("TOML") == true)
            for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
                try? FileManager.default.removeItem(atPath: house.home.text + "/" + name)
            }
            _ = try house.write("[project]\nname = \"shop\"\n", to: "w/execkit.toml")
            #expect(try current(house.root.path + "/w").file == file)
        }

        @Test("The server hands over what the stores' programs need, and not the password")
        func environment() {
            let wanted = Set(HelperRun.names + StoreReference.environmentNames).subtracting(["GPG_TTY"])
            #expect(Set(KeeperStart.environmentNames) == wanted.union(["EXECKIT_HOME", "EXECKIT_MCP_AUDIT_SYNC"]))
        }
    }
}

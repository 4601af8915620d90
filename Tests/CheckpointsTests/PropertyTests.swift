import Foundation
import Testing

@testable import Checkpoints

/// A workspace that changes at random, with names as bad as they get.
struct RandomWorkspace {
    let root: [UInt8]
    var random: SeededGenerator

    static let names: [[UInt8]] = [
        "a", "b", "-rf", "--", "-n x", "c d", "e\nf", "\n", "tab\t", "*", "?", "[a]", "\\", "'", "\"", "$(x)", "`y`", "#h", "!n", " lead",
        "trail ", "~", "@{u}", ":(top)q", "%s", "é", "x.swift", "Makefile", ".hidden", ".gitignore", ".gitattributes", "a\\nb", "build.sh",
    ].map { Array($0.utf8) } + [[0xff, 0xfe], [0x80], [0x01], Array("x".utf8) + [0xc3], [0x1b, 0x5b, 0x31, 0x6d]]

    /// What no restore may touch: left where it is put.
    static let left: [[UInt8]] = [".env", ".Env", "id_rsa", "k.PEM", "node_modules", "target", "nested"].map { Array($0.utf8) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int.random(in: 0..<elements.count, using: &random)] }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    func path(_ parts: [UInt8]...) -> [CChar] { Picture.cString(root + parts.flatMap { [47] + $0 }) }

    static func entries(_ directory: [UInt8]) -> [(name: [UInt8], mode: mode_t)] {
        guard let stream = opendir(Picture.cString(directory)) else { return [] }
        defer { closedir(stream) }
        var all: [(name: [UInt8], mode: mode_t)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [46] || name == [46, 46] { continue }
            var info = stat()
            lstat(Picture.cString(directory + [47] + name), &info)
            all.append((name, info.st_mode & S_IFMT))
        }
        return all.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// All directories in which names may come and go.
    func directories() -> [[UInt8]] {
        var all = [root]
        var next = 0
        while next < all.count {
            for entry in Self.entries(all[next]) where entry.mode == S_IFDIR && !Self.left.contains(entry.name) {
                all.append(all[next] + [47] + entry.name)
            }
            next += 1
        }
        return all
    }

    mutating func write(_ path: [UInt8]) {
        let file = fopen(Picture.cString(path), "w")!
        var bytes = [UInt8]()
        for _ in 0..<Int.random(in: 0...40, using: &random) { bytes.append(pick([0, 10, 13, 13, 65, 255, 36, 73, 100])) }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    mutating func fill(_ count: Int) {
        for _ in 0..<count { step(creating: 100) }
        for directory in directories() where chance(40) {
            let path = directory + [47] + pick(Self.left)
            var info = stat()
            guard lstat(Picture.cString(path), &info) != 0 else { continue }
            if path.suffix(12).elementsEqual("node_modules".utf8) || path.suffix(6).elementsEqual("target".utf8) {
                mkdir(Picture.cString(path), 0o755)
                write(path + Array("/made".utf8))
            } else if path.suffix(6).elementsEqual("nested".utf8) {
                mkdir(Picture.cString(path), 0o755)
                mkdir(Picture.cString(path + Array("/.git".utf8)), 0o755)
                write(path + Array("/own".utf8))
            } else {
                write(path)
            }
        }
    }

    /// One change. `creating`: how often, of 100, something new.
    mutating func step(creating: Int) {
        let directory = pick(directories())
        let present = Self.entries(directory).filter { !Self.left.contains($0.name) }
        if present.isEmpty || chance(creating) {
            let path = directory + [47] + pick(Self.names)
            var info = stat()
            guard lstat(Picture.cString(path), &info) != 0 else { return }
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2: mkdir(Picture.cString(path), pick([0o755, 0o700, 0o775, 0o1777, 0o2755, 0o555]))
            case 3: symlink(pick(["a", "/etc/passwd", "../..", "gone", ".", "-rf"]), Picture.cString(path))
            default:
                write(path)
                chmod(Picture.cString(path), pick([0o644, 0o644, 0o755, 0o600, 0o444, 0o664, 0o4755, 0o700]))
            }
            return
        }
        let chosen = pick(present)
        let path = directory + [47] + chosen.name
        switch Int.random(in: 0..<5, using: &random) {
        case 0: if chosen.mode == S_IFREG { write(path) }
        case 1: if chosen.mode != S_IFLNK { chmod(Picture.cString(path), pick([0o755, 0o644, 0o700, 0o640, 0o2750])) }
        case 2:
            let target = pick(directories()) + [47] + pick(Self.names)
            var info = stat()
            if lstat(Picture.cString(target), &info) != 0 { rename(Picture.cString(path), Picture.cString(target)) }
        default: removeWhatMayGo(path, chosen.mode)
        }
    }

    /// Removes, but nothing that must be left, nor what it stands in.
    private func removeWhatMayGo(_ path: [UInt8], _ mode: mode_t) {
        if mode == S_IFDIR {
            for entry in Self.entries(path) where !Self.left.contains(entry.name) { removeWhatMayGo(path + [47] + entry.name, entry.mode) }
            rmdir(Picture.cString(path))
        } else {
            unlink(Picture.cString(path))
        }
    }
}

extension RealWorkspaces {
    @Suite struct Properties {
        static let shells = [["/bin/dash", "-c"], ["/bin/bash", "-c"], ["/usr/bin/busybox", "ash", "-c"]]
        static let places: [(backend: Backend, command: [String])] =
            [Backend.git, .plain].flatMap { backend in shells.map { (backend, $0) } }
            + (Backend.busyBoxWithGit.isEmpty ? [] : [(.git, Backend.busyBoxWithGit + ["/usr/bin/busybox", "ash", "-c"])])
            + (Backend.busyBoxAlone.isEmpty ? [] : [(.plain, Backend.busyBoxAlone + ["/bin/sh", "-c"])])

        /// Whether a name of the picture is in no checkpoint.
        static func isLeft(_ label: String) -> Bool {
            label.split(separator: "/").contains { RandomWorkspace.left.map { String(decoding: $0, as: UTF8.self) }.contains(String($0)) }
        }

        static func label(_ path: [UInt8]) -> String {
            "/" + path.map { (33...126).contains($0) && $0 != 37 || $0 == 47 ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
        }

        /// Where few files changed and no names, an entry is made without a look at the rest, whatever the names are.
        @Test(arguments: places.filter { $0.backend == .git })
        func fewChangesGiveTheStateThatALookAtAllGives(place: (backend: Backend, command: [String])) throws {
            let bench = try Bench(place.backend, command: place.command)
            var workspace = RandomWorkspace(root: Array(bench.workspace.utf8), random: SeededGenerator(state: 7))
            bench.shell("mkdir d")
            let paths: [[UInt8]] = [workspace.root, workspace.root + Array("/d".utf8)].flatMap { (directory: [UInt8]) -> [[UInt8]] in
                RandomWorkspace.names.map { directory + [47] + $0 }
            }
            for path in paths { workspace.write(path) }
            var states = [(try bench.untilTheQuickLook("the first change").id, bench.picture())]
            for round in 0..<14 {
                for _ in 0..<[1, 2, 5, 30][round % 4] {
                    let path = workspace.pick(paths)
                    workspace.write(path)
                    if workspace.chance(20) { chmod(Picture.cString(path), workspace.pick([0o644, 0o755, 0o600])) }
                }
                let made = round.isMultiple(of: 3) ? try bench.automatic() : try bench.create()
                #expect(made.files == paths.count)
                states.append((made.id, bench.picture()))
                #expect(try bench.automatic().id == made.id)
                // The naive twin: a store that has never seen the workspace before.
                try bench.reopen(store: bench.root + "/twin")
                #expect(try bench.create().id == made.id)
                try bench.wait { bench.store.remove(then: $0) }.get()
                try bench.reopen()
                if round == 9 { #expect(try bench.untilTheQuickLook("the next change").id == made.id) }
            }
            let listed = Set(try bench.list().map(\.id))
            #expect(states.allSatisfy { listed.contains($0.0) })
            for (id, picture) in states.reversed() {
                #expect(try bench.restore(id).kept == [])
                #expect(Picture.difference(bench.picture(), picture) == [])
            }
            #expect(bench.shell("git --git-dir='\(bench.storePath)/git' fsck --strict 2>&1 | grep -v -E '^(dangling|notice|Checking)'") == "")
        }

        @Test(arguments: places, [1, 2])
        func aRestoreGivesBackWhatWasThereAndNothingElse(place: (backend: Backend, command: [String]), seed: UInt64) throws {
            guard FileManager.default.isExecutableFile(atPath: place.command[0]) else { return }
            let bench = try Bench(place.backend, command: place.command)
            var workspace = RandomWorkspace(root: Array(bench.workspace.utf8), random: SeededGenerator(state: seed))
            workspace.fill(60)
            var states: [(id: CheckpointID, picture: [String: String])] = []
            for round in 0..<4 {
                let made = round.isMultiple(of: 2) ? try bench.create("r") : try bench.automatic()
                let picture = bench.picture()
                states.append((made.id, picture))
                // The naive twin: the same picture has the same id, and another has another.
                for state in states {
                    #expect((state.id == made.id) == (state.picture.filter { !Self.isLeft($0.key) } == picture.filter { !Self.isLeft($0.key) }))
                }
                for _ in 0..<25 { workspace.step(creating: 35) }
            }
            for state in states.reversed() + states {
                let before = bench.picture()
                let outcome = try bench.restore(state.id)
                let after = bench.picture()
                // What is in no checkpoint is as it was before the restore, byte for byte, and so are its directories.
                let left = before.filter { Self.isLeft($0.key) }
                #expect(Picture.difference(after.filter { Self.isLeft($0.key) }, left) == [])
                var wanted = state.picture.filter { !Self.isLeft($0.key) }
                // A directory that holds such a thing stays, and is told.
                for kept in outcome.kept {
                    #expect(kept.reason == .directoryInUse || kept.reason == .blocked, "\(kept.reason) \(Self.label(kept.path))")
                    let label = Self.label(kept.path)
                    wanted[label] = after[label]
                    // What is blocked stands below or at such a thing.
                    #expect(left.keys.contains { $0.hasPrefix(label + "/") || label.hasPrefix($0) } || after[label] != nil, "\(label)")
                }
                #expect(Picture.difference(after.filter { !Self.isLeft($0.key) }, wanted) == [], "kept \(outcome.kept.map { Self.label($0.path) })")
                if outcome.kept.isEmpty {
                    try bench.restore(outcome.safety)
                    #expect(Picture.difference(bench.picture(), before) == [])
                    try bench.restore(state.id)
                }
            }
        }
    }
}

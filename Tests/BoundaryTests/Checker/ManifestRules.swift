/// Rules over the graph of targets.
enum ManifestRules {
    /// What every Swift room is compiled with.
    static let wantedSettings: [String] = [
        "swiftLanguageMode=6", "strictMemorySafety", "treatAllWarnings=error",
        "enableUpcomingFeature=ExistentialAny", "enableUpcomingFeature=InternalImportsByDefault",
        "enableUpcomingFeature=MemberImportVisibility",
    ]

    static func check(
        _ manifest: Manifest, rooms: [Room] = rooms, coming: Set<String> = Set(comingRooms.keys),
        testPrograms: Set<String> = Set(testPrograms.keys), reach: [ForbiddenReach] = forbiddenReach,
        soleImporters: [SoleImporter] = soleImporters
    ) -> [Violation] {
        var found: [Violation] = []
        let targets = manifest.targets.filter { $0.type != "test" }
        let byName = Dictionary(rooms.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(targets.map(\.name)).subtracting(testPrograms)

        for name in testPrograms.subtracting(targets.map(\.name)).sorted() {
            found.append(Violation(.testProgram, name, "has a row but no target"))
        }
        for name in testPrograms.intersection(manifest.shipped).sorted() {
            found.append(Violation(.testProgram, name, "goes into a product"))
        }
        for target in targets where !testPrograms.isDisjoint(with: target.uses) {
            found.append(Violation(.testProgram, target.name, "uses a program of the tests"))
        }
        for target in targets where names.contains(target.name) {
            guard let room = byName[target.name] else {
                found.append(Violation(.manifest, target.name, "no row in Tables/Rooms.swift: say what it is for"))
                continue
            }
            if Set(target.uses) != Set(room.uses) {
                let extra = Set(target.uses).subtracting(room.uses).sorted()
                let gone = Set(room.uses).subtracting(target.uses).sorted()
                found.append(Violation(.manifest, target.name, "manifest adds \(extra), table adds \(gone)"))
            }
            if Set(target.products) != Set(outsideProducts[target.name, default: [:]].keys) {
                found.append(Violation(.manifest, target.name, "uses products outside the table: \(target.products)"))
            }
            if room.kind == .swift || room.kind == .program {
                for wanted in wantedSettings where !target.settings.contains(wanted) {
                    found.append(Violation(.settings, target.name, "is compiled without \(wanted)"))
                }
            }
            found += floors(of: room, byName)
        }
        for room in rooms where !names.contains(room.name) {
            found.append(Violation(.manifest, room.name, "has a row but no target"))
        }
        for name in coming.intersection(names).sorted() {
            found.append(Violation(.comingRoom, name, "has come: take it off comingRooms"))
        }
        found += reachViolations(manifest, reach, names, coming)
        found += importerViolations(targets, soleImporters, names, coming)
        return found
    }

    private static func floors(of room: Room, _ byName: [String: Room]) -> [Violation] {
        room.uses.compactMap { use in
            guard let other = byName[use] else { return Violation(.floor, room.name, "uses \(use), which has no row") }
            if other.floor > room.floor { return Violation(.floor, room.name, "reaches up to \(use)") }
            if other.floor == room.floor, room.sameFloor[use] == nil {
                return Violation(.floor, room.name, "uses \(use) of its own floor without a reason")
            }
            return nil
        } + room.sameFloor.keys.filter { use in
            !room.uses.contains(use) || byName[use]?.floor != room.floor
        }.map { Violation(.floor, room.name, "gives a reason for \($0), which is no edge on its floor") }
    }

    private static func reachViolations(
        _ manifest: Manifest, _ rows: [ForbiddenReach], _ names: Set<String>, _ coming: Set<String>
    ) -> [Violation] {
        var found: [Violation] = []
        for row in rows {
            var from: [String]
            switch row.from {
            case .room(let name): from = [name]
            case .allBut(let owners): from = names.subtracting(owners).sorted()
            }
            for name in from + [row.to] where !names.contains(name) && !coming.contains(name) {
                found.append(Violation(.reach, name, "a rule names a room that is neither here nor coming"))
            }
            from.removeAll { !names.contains($0) }
            for name in from where manifest.reach(of: name).contains(row.to) {
                found.append(Violation(.reach, name, "reaches \(row.to): \(row.reason)"))
            }
        }
        return found
    }

    private static func importerViolations(
        _ targets: [Manifest.Target], _ rows: [SoleImporter], _ names: Set<String>, _ coming: Set<String>
    ) -> [Violation] {
        var found: [Violation] = []
        for row in rows {
            for name in [row.of, row.importer] where !names.contains(name) && !coming.contains(name) {
                found.append(Violation(.soleImporter, name, "a rule names a room that is neither here nor coming"))
            }
            for target in targets where target.uses.contains(row.of) && target.name != row.importer {
                found.append(Violation(.soleImporter, target.name, "imports \(row.of): \(row.reason)"))
            }
        }
        return found
    }
}

/// Rules over what object files need.
enum SymbolRules {
    /// Every undefined symbol of a power belongs to an owner of that power.
    static func check(room: String, _ objects: [ObjectFile]) -> [Violation] {
        var found: [Violation] = []
        for object in objects {
            for symbol in object.undefined.sorted() {
                for power in powers where !power.owners.contains(room) {
                    guard power.symbols.contains(where: { Word.matches(symbol, $0) }) else { continue }
                    found.append(Violation(.powerSymbol, object.path, "\(room) needs \(symbol): may not \(power.name): \(power.reason)"))
                }
            }
        }
        return found
    }

    /// What a fence defines is needed by its own objects and its one importer's, by nobody else.
    static func fences(_ objects: [String: [ObjectFile]], soleImporters: [SoleImporter] = soleImporters) -> [Violation] {
        var found: [Violation] = []
        for row in soleImporters {
            guard let own = objects[row.of] else { continue }
            // Weak template instances of the C++ library may be defined anywhere; a fence's own names are plain C.
            let names = own.reduce(into: Set<String>()) { $0.formUnion($1.defined) }.filter { !$0.hasPrefix("_Z") }
            for (room, files) in objects.sorted(by: { $0.key < $1.key }) where room != row.of && room != row.importer {
                for file in files {
                    for name in file.undefined.intersection(names).sorted() {
                        found.append(Violation(.fenceSymbol, file.path, "\(room) needs \(name) of \(row.of): \(row.reason)"))
                    }
                }
            }
        }
        return found
    }
}

import Foundation

/// What `swift package dump-package` says of the targets.
struct Manifest {
    struct Target {
        let name: String
        let type: String
        let uses: [String]
        /// Products of other packages.
        let products: [String]
        let settings: Set<String>
    }

    let targets: [Target]
    /// The targets that go into a product.
    let shipped: Set<String>

    init(targets: [Target], shipped: Set<String> = []) {
        self.targets = targets
        self.shipped = shipped
    }

    /// Fails on any shape it does not know, so that a change of the dump cannot hide an edge.
    init(dump: Data) throws {
        guard let root = try JSONSerialization.jsonObject(with: dump) as? [String: Any],
            let list = root["targets"] as? [[String: Any]], let products = root["products"] as? [[String: Any]]
        else { throw Unreadable(what: "the dump has no targets or products") }
        targets = try list.map(Self.target)
        shipped = Set(products.flatMap { $0["targets"] as? [String] ?? [] })
    }

    struct Unreadable: Error { let what: String }

    private static func target(_ json: [String: Any]) throws -> Target {
        guard let name = json["name"] as? String, let type = json["type"] as? String,
            let dependencies = json["dependencies"] as? [[String: Any]]
        else { throw Unreadable(what: "a target without name, type or dependencies") }
        var uses: [String] = []
        var products: [String] = []
        for dependency in dependencies {
            guard let (kind, value) = dependency.first, let names = value as? [Any], let first = names.first as? String
            else { throw Unreadable(what: "a dependency of \(name)") }
            switch kind {
            case "target", "byName": uses.append(first)
            case "product": products.append(first)
            default: throw Unreadable(what: "a dependency of the kind \(kind)")
            }
        }
        var settings: Set<String> = []
        for setting in json["settings"] as? [[String: Any]] ?? [] {
            for (kind, value) in setting["kind"] as? [String: Any] ?? [:] {
                let inner = (value as? [String: Any])?["_0"]
                settings.insert(inner.map { "\(kind)=\($0)" } ?? kind)
            }
        }
        return Target(name: name, type: type, uses: uses, products: products, settings: settings)
    }

    /// Everything a target can reach, with itself left out.
    func reach(of name: String) -> Set<String> {
        let edges = Dictionary(targets.map { ($0.name, $0.uses) }, uniquingKeysWith: { $0 + $1 })
        var seen: Set<String> = []
        var open = edges[name] ?? []
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            open += edges[next] ?? []
        }
        return seen
    }
}

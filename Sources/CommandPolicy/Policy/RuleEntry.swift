import JSON

/// One rule of a policy file: a text, or an object with a text, a reason and examples.
struct RuleEntry {
    var text: String
    var textPath: String
    var index: Int
    var path: String
    var reason: String?
    var match: [String] = []
    var notMatch: [String] = []

    static func list(
        _ value: JSONValue, _ list: RuleReference.RuleList, most: Int, textField: String
    ) throws(PolicyError) -> [RuleEntry] {
        let field = list.rawValue
        guard let values = value.array else { throw PolicyError(fault: .wrongType(expected: .array), path: field) }
        guard values.count <= most else { throw PolicyError(fault: .tooManyRules(most: most), path: field) }
        var entries: [RuleEntry] = []
        entries.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            entries.append(try RuleEntry(value, index: index, path: "\(field)[\(index)]", textField: textField))
        }
        return entries
    }

    private init(_ value: JSONValue, index: Int, path: String, textField: String) throws(PolicyError) {
        self.index = index
        self.path = path
        if let text = value.string {
            self.text = text
            textPath = path
            return
        }
        guard let fields = value.object else { throw PolicyError(fault: .wrongType(expected: .rule), path: path) }
        guard let own = fields[textField] else { throw PolicyError(fault: .missingField, path: "\(path).\(textField)") }
        textPath = "\(path).\(textField)"
        text = try Self.text(own, textPath)
        for field in fields where field.key != textField {
            let place = "\(path).\(field.key)"
            switch field.key {
            case "reason": reason = try Self.text(field.value, place)
            case "match": match = try Self.texts(field.value, place)
            case "not_match": notMatch = try Self.texts(field.value, place)
            default: throw PolicyError(fault: .unknownField, path: place)
            }
        }
    }

    private static func text(_ value: JSONValue, _ path: String) throws(PolicyError) -> String {
        guard let text = value.string else { throw PolicyError(fault: .wrongType(expected: .text), path: path) }
        return text
    }

    private static func texts(_ value: JSONValue, _ path: String) throws(PolicyError) -> [String] {
        guard let values = value.array else { throw PolicyError(fault: .wrongType(expected: .array), path: path) }
        var texts: [String] = []
        for (index, value) in values.enumerated() { texts.append(try text(value, "\(path)[\(index)]")) }
        return texts
    }

    /// Holds the rule to its examples.
    func check(_ meets: (String) -> Bool) throws(PolicyError) {
        for (index, command) in match.enumerated() where !meets(command) {
            throw PolicyError(fault: .exampleMissed, path: "\(path).match[\(index)]")
        }
        for (index, command) in notMatch.enumerated() where meets(command) {
            throw PolicyError(fault: .exampleMet, path: "\(path).not_match[\(index)]")
        }
    }
}

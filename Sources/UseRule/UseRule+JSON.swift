internal import JSON

/// A rule is stored as one JSON object; a field that is left out says nothing:
///
///     {"allow_weak":true,"ask":{"every":900},"deliver":"file","limit":{"seconds":3600,"uses":10},
///      "programs":["/usr/bin/psql"],"projects":["shop"]}
///
/// `ask` is `"never"`, `"always"` or an object with the seconds.
extension UseRule {
    /// Reads a rule. Strict: an unknown or repeated field, another type, an empty list, a name or number that can be none is
    /// an error, since a rule that is half understood protects nothing.
    public init(parsing text: String) throws(UseRuleError) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(text, limits: Self.limits) } catch { throw .notJSON(error) }
        guard let object = value.object else { throw .notAnObject }
        var rule = UseRule()
        for member in object {
            guard let field = UseRuleError.Field(rawValue: member.key) else { throw .unknownField }
            switch field {
            case .programs: rule.programs = try Self.names(member.value, field)
            case .projects: rule.projects = try Self.names(member.value, field)
            case .ask: rule.ask = try Self.ask(member.value)
            case .limit: rule.limit = try Self.limit(member.value)
            case .deliver: rule.delivery = try Self.delivery(member.value)
            case .allowWeak:
                guard let flag = member.value.bool else { throw .wrongType(field) }
                rule.allowsWeakValue = flag
            }
        }
        self = try rule.checked()
    }

    /// The rule as canonical JSON: keys sorted, nothing that is not said, no white space. A
    /// rule that was checked is read back from it as it is.
    public var text: String {
        var object = JSONObject()
        object[UseRuleError.Field.programs.rawValue] = programs.map(Self.list)
        object[UseRuleError.Field.projects.rawValue] = projects.map(Self.list)
        switch ask {
        case .never: break
        case .always: object[UseRuleError.Field.ask.rawValue] = "always"
        case .every(let seconds): object[UseRuleError.Field.ask.rawValue] = ["every": .int(seconds)]
        }
        object[UseRuleError.Field.limit.rawValue] = limit.map { ["uses": .int($0.uses), "seconds": .int($0.seconds)] }
        if allowsWeakValue { object[UseRuleError.Field.allowWeak.rawValue] = true }
        object[UseRuleError.Field.deliver.rawValue] = delivery.map { .string($0.rawValue) }
        return String(decoding: JSONValue.object(object).canonicalBytes(), as: UTF8.self)
    }

    /// Room for the longest rule there can be, every byte of it escaped: two lists of `mostNames` names.
    private static let limits = JSONLimits(bytes: 1 << 20, depth: 2, values: 128, members: 16, numberLength: 20)

    private static func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }

    private static func names(_ value: JSONValue, _ field: UseRuleError.Field) throws(UseRuleError) -> [String] {
        guard let elements = value.array else { throw .wrongType(field) }
        var names: [String] = []
        for element in elements {
            guard let name = element.string else { throw .wrongType(field) }
            names.append(name)
        }
        return names
    }

    private static func ask(_ value: JSONValue) throws(UseRuleError) -> Ask {
        if let word = value.string {
            switch word {
            case "never": return .never
            case "always": return .always
            default: throw .unknownWord(.ask)
            }
        }
        return .every(seconds: try numbers(value, ["every"], .ask)[0])
    }

    private static func limit(_ value: JSONValue) throws(UseRuleError) -> Limit {
        let numbers = try numbers(value, ["uses", "seconds"], .limit)
        return Limit(uses: numbers[0], seconds: numbers[1])
    }

    private static func delivery(_ value: JSONValue) throws(UseRuleError) -> Delivery {
        guard let word = value.string else { throw .wrongType(.deliver) }
        guard let delivery = Delivery(rawValue: word) else { throw .unknownWord(.deliver) }
        return delivery
    }

    /// The numbers of an object that has exactly these members, in this order.
    private static func numbers(
        _ value: JSONValue, _ keys: [String], _ field: UseRuleError.Field
    ) throws(UseRuleError) -> [Int] {
        guard let object = value.object else { throw .wrongType(field) }
        guard object.keys.allSatisfy(keys.contains) else { throw .unknownField }
        var numbers: [Int] = []
        for key in keys {
            guard let number = object[key]?.number, number.isIntegerLiteral else { throw .wrongType(field) }
            guard let int = number.int else { throw .outOfRange(field) }
            numbers.append(int)
        }
        return numbers
    }
}

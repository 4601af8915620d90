public import JSON

extension Schema {
    /// The schema as JSON Schema 2020-12, without `$schema`, references, combinators or formats.
    public var rendered: JSONObject {
        var out = JSONObject()
        if let name = kind.typeName { out["type"] = isNullable ? [.string(name), "null"] : .string(name) }
        if let description { out["description"] = .string(description) }
        switch kind {
        case .any, .boolean: break
        case .string(let choices, let maximumLength):
            if !choices.isEmpty { out["enum"] = .array(choices.map { .string($0) } + (isNullable ? [.null] : [])) }
            if let maximumLength { out["maxLength"] = .int(maximumLength) }
        case .integer(let minimum, let maximum):
            if let minimum { out["minimum"] = .int(minimum) }
            if let maximum { out["maximum"] = .int(maximum) }
        case .number(let minimum, let maximum):
            if let bound = minimum.flatMap({ JSONNumber($0) }) { out["minimum"] = .number(bound) }
            if let bound = maximum.flatMap({ JSONNumber($0) }) { out["maximum"] = .number(bound) }
        case .array(let element, let maximumCount):
            out["items"] = .object(element.rendered)
            if let maximumCount { out["maxItems"] = .int(maximumCount) }
        case .object(let properties, let additional):
            if !properties.isEmpty {
                out["properties"] = .object(JSONObject(properties.map { ($0.name, .object($0.schema.rendered)) }))
            }
            let required = properties.filter(\.isRequired)
            if !required.isEmpty { out["required"] = .array(required.map { .string($0.name) }) }
            switch additional {
            case .refused: out["additionalProperties"] = false
            case .allowed: break
            case .values(let schema): out["additionalProperties"] = .object(schema.rendered)
            }
        }
        if let defaultValue { out["default"] = defaultValue }
        return out
    }
}

extension Schema.Kind {
    /// The `type` keyword, or nil when any type will do.
    var typeName: String? {
        switch self {
        case .any: nil
        case .boolean: "boolean"
        case .string: "string"
        case .integer: "integer"
        case .number: "number"
        case .array: "array"
        case .object: "object"
        }
    }
}

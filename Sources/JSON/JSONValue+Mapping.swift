extension JSONValue {
    /// The same value with every string, but the names of members, put through `body`.
    public func mappingStrings(_ body: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(body(text))
        case .array(let values): .array(values.map { $0.mappingStrings(body) })
        case .object(let object): .object(object.mappingStrings(body))
        case .null, .bool, .number: self
        }
    }
}

extension JSONObject {
    /// The same members with every string in their values put through `body`.
    public func mappingStrings(_ body: (String) -> String) -> JSONObject {
        JSONObject(map { ($0.key, $0.value.mappingStrings(body)) })
    }
}

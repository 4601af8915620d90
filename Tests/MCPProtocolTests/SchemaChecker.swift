import Foundation
import JSON

/// Checks values against the published schemas, with the keywords those use. A keyword it does not know is an error, so
/// nothing passes unchecked.
struct SchemaChecker: Sendable {
    let root: JSONValue
    let definitions: String

    static func load(_ revision: String) throws -> SchemaChecker {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/mcp-\(revision).schema.json")
        let root = try JSONParser.parse([UInt8](Data(contentsOf: file)))
        return SchemaChecker(root: root, definitions: root["$defs"] == nil ? "definitions" : "$defs")
    }

    /// The first problem, or nil.
    func problem(_ value: JSONValue, is definition: String) -> String? {
        guard let schema = root[definitions]?[definition] else { return "no definition \(definition)" }
        return check(value, schema, definition)
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        guard let keywords = schema.object else { return schema == false ? "\(path): nothing is allowed" : nil }
        for keyword in keywords {
            if let problem = check(value, keyword.key, keyword.value, schema, path) { return problem }
        }
        return nil
    }

    private func check(_ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        switch keyword {
        case "description", "title", "default", "format", "$comment", "deprecated": return nil
        case "$ref":
            let name = String(rule.string?.split(separator: "/").last ?? "")
            return problem(value, is: name).map { "\(path) > \($0)" }
        case "type":
            let names = rule.array?.compactMap(\.string) ?? [rule.string ?? ""]
            let found = value.typeName
            return names.contains(found) || (found == "integer" && names.contains("number")) ? nil : "\(path): type \(found)"
        case "const": return value == rule ? nil : "\(path): not the constant"
        case "enum": return rule.array?.contains(value) == true ? nil : "\(path): not in the enum"
        case "required":
            guard let object = value.object else { return nil }
            return rule.array?.compactMap(\.string).first { !object.contains($0) }.map { "\(path): \($0) is missing" }
        case "properties":
            for member in value.object ?? [:] {
                guard let schema = rule[member.key] else { continue }
                if let problem = check(member.value, schema, "\(path).\(member.key)") { return problem }
            }
            return nil
        case "additionalProperties":
            for member in value.object ?? [:] where schema["properties"]?[member.key] == nil {
                if let problem = check(member.value, rule, "\(path).\(member.key)") { return problem }
            }
            return nil
        case "items":
            for element in value.array ?? [] {
                if let problem = check(element, rule, "\(path)[]") { return problem }
            }
            return nil
        case "minimum": return value.double.map { $0 >= rule.double ?? 0 } != false ? nil : "\(path): too small"
        case "maximum": return value.double.map { $0 <= rule.double ?? 0 } != false ? nil : "\(path): too large"
        case "anyOf", "oneOf":
            let problems = (rule.array ?? []).map { check(value, $0, path) }
            return problems.contains(nil) ? nil : "\(path): none of \(problems.compactMap { $0 })"
        case "allOf": return (rule.array ?? []).lazy.compactMap { check(value, $0, path) }.first
        default: return "\(path): the checker does not know \(keyword)"
        }
    }
}

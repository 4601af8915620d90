import Foundation
import JSON

/// The part of JSON Schema that the two schemas use. A keyword it does not know is an error, so nothing is passed over.
struct SchemaChecker {
    struct Unknown: Error { let keyword: String }

    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func problems(_ value: JSONValue) throws -> [String] { try check(value, root, "") }

    private static let notes: Set = ["$schema", "$id", "$comment", "title", "description", "default", "example", "examples", "definitions", "$defs", "format"]

    private func check(_ value: JSONValue, _ schema: JSONValue, _ place: String) throws -> [String] {
        if let isAllowed = schema.bool { return isAllowed ? [] : ["\(place) is not allowed"] }
        var found: [String] = []
        for rule in schema.object ?? [:] {
            let argument = rule.value
            switch rule.key {
            case "$ref": found += try check(value, resolve(argument.string ?? ""), place)
            case "type":
                let types = argument.array?.compactMap(\.string) ?? [argument.string ?? ""]
                if !types.contains(where: { isOf($0, value) }) { found.append("\(place) is no \(types)") }
            case "const": if value != argument { found.append("\(place) is not the constant") }
            case "enum": if argument.array?.contains(value) != true { found.append("\(place) is not in the list") }
            case "required":
                for key in argument.array ?? [] where value.object?.contains(key.string ?? "") == false { found.append("\(place) lacks \(key)") }
            case "properties":
                for property in argument.object ?? [:] {
                    if let inner = value[property.key] { found += try check(inner, property.value, "\(place)/\(property.key)") }
                }
            case "additionalProperties":
                for member in value.object ?? [:] where schema["properties"]?[member.key] == nil {
                    found += try check(member.value, argument, "\(place)/\(member.key)")
                }
            case "items":
                for (index, element) in (value.array ?? []).enumerated() { found += try check(element, argument, "\(place)/\(index)") }
            case "allOf": for part in argument.array ?? [] { found += try check(value, part, place) }
            case "anyOf", "oneOf":
                let passed = try (argument.array ?? []).filter { try check(value, $0, place).isEmpty }.count
                if passed == 0 || (rule.key == "oneOf" && passed > 1) { found.append("\(place) fits \(passed) alternatives") }
            case "not": if try check(value, argument, place).isEmpty { found.append("\(place) is what it may not be") }
            case "minLength": if let text = value.string, text.unicodeScalars.count < argument.int ?? 0 { found.append("\(place) is too short") }
            case "maxLength": if let text = value.string, text.unicodeScalars.count > argument.int ?? 0 { found.append("\(place) is too long") }
            case "pattern":
                let pattern = argument.string ?? ""
                if let text = value.string, text.range(of: pattern, options: .regularExpression) == nil { found.append("\(place) does not match") }
            case "minimum": if let number = value.double, number < argument.double ?? 0 { found.append("\(place) is too small") }
            default: if !Self.notes.contains(rule.key) { throw Unknown(keyword: rule.key) }
            }
        }
        return found
    }

    private func resolve(_ reference: String) throws -> JSONValue {
        var here = root
        for part in reference.split(separator: "/").dropFirst() {
            guard let next = here[String(part)] else { throw Unknown(keyword: reference) }
            here = next
        }
        return here
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        type == "integer" ? value.number?.isIntegral == true : type == value.typeName
    }
}

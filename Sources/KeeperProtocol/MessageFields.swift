internal import JSON

/// A part of a message that is a JSON object.
protocol MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError)
    func write(to object: inout JSONObject)
}

extension MessagePart {
    var json: JSONValue {
        var object = JSONObject()
        write(to: &object)
        return .object(object)
    }
}

/// Typed reading of an object's members. A member that is missing or null is nil; one of another type is an error.
struct MessageFields {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    init(_ value: JSONValue) throws(KeeperMessageError) {
        guard let object = value.object else { throw .malformed }
        self.object = object
    }

    func textIfAny(_ name: String) throws(KeeperMessageError) -> String? { try read(name, \.string) }
    func text(_ name: String) throws(KeeperMessageError) -> String { try required(textIfAny(name)) }
    func numberIfAny(_ name: String) throws(KeeperMessageError) -> Int? { try read(name, \.int) }
    func number(_ name: String) throws(KeeperMessageError) -> Int { try required(numberIfAny(name)) }
    func flag(_ name: String) throws(KeeperMessageError) -> Bool { try required(read(name, \.bool)) }

    /// A number that counts something.
    func count(_ name: String) throws(KeeperMessageError) -> Int {
        let count = try number(name)
        guard count >= 0 else { throw .malformed }
        return count
    }

    /// A text that is one of a list.
    func word<W: RawRepresentable>(_ name: String) throws(KeeperMessageError) -> W where W.RawValue == String {
        try required(W(rawValue: try text(name)))
    }

    func texts(_ name: String) throws(KeeperMessageError) -> [String] {
        var texts: [String] = []
        for value in try required(read(name, \.array)) { texts.append(try required(value.string)) }
        return texts
    }

    func part<P: MessagePart>(_ name: String) throws(KeeperMessageError) -> P {
        guard let value = object[name] else { throw .malformed }
        return try P(MessageFields(value))
    }

    func parts<P: MessagePart>(_ name: String) throws(KeeperMessageError) -> [P] {
        var parts: [P] = []
        for value in try required(read(name, \.array)) { parts.append(try P(MessageFields(value))) }
        return parts
    }

    private func read<T>(_ name: String, _ type: (JSONValue) -> T?) throws(KeeperMessageError) -> T? {
        guard let value = object[name], !value.isNull else { return nil }
        return try required(type(value))
    }

    private func required<T>(_ value: T?) throws(KeeperMessageError) -> T {
        guard let value else { throw .malformed }
        return value
    }
}

extension JSONObject {
    mutating func set(_ name: String, _ text: String?) { self[name] = text.map { .string($0) } }
    mutating func set(_ name: String, _ number: Int?) { self[name] = number.map { .int($0) } }
    mutating func set(_ name: String, _ flag: Bool) { self[name] = .bool(flag) }
    mutating func set(_ name: String, _ texts: [String]) { self[name] = .array(texts.map { .string($0) }) }
    mutating func set(_ name: String, _ parts: [some MessagePart]) { self[name] = .array(parts.map(\.json)) }
}

public import JSON

/// The arguments of a call, checked against the declared schema before anything reads them.
///
/// A member that is left out or null reads as the default of its schema, else as nil. Asking for a name or a type that
/// the schema does not declare is a bug of the tool and stops the program; no input can cause it.
public struct ArgumentReader: Sendable {
    private let arguments: JSONObject
    private let properties: [Schema.Property]

    /// Checks all arguments.
    /// - Throws: the first departure from the schema.
    public init(_ arguments: JSONObject, schema: Schema) throws(SchemaMismatch) {
        guard case .object(let properties, _) = schema.kind else { preconditionFailure("an input schema is an object") }
        if let found = schema.argumentMismatch(of: .object(arguments)) { throw found }
        self.arguments = arguments
        self.properties = properties
    }

    /// Whether the argument was given and is not null.
    public func has(_ name: String) -> Bool {
        _ = property(name)
        return !(arguments[name] ?? .null).isNull
    }

    /// The argument or its default.
    public func value(_ name: String) -> JSONValue? {
        let property = property(name)
        guard let given = arguments[name], !given.isNull else { return property.schema.defaultValue }
        return given
    }

    /// A text argument or its default.
    public func string(_ name: String) -> String? { read(name, \.string) }
    /// A whole number or its default.
    public func int(_ name: String) -> Int? { read(name, \.int) }
    /// A number or its default.
    public func double(_ name: String) -> Double? { read(name, \.double) }
    /// A Boolean or its default.
    public func bool(_ name: String) -> Bool? { read(name, \.bool) }
    /// A list.
    public func array(_ name: String) -> [JSONValue]? { read(name, \.array) }
    /// An object.
    public func object(_ name: String) -> JSONObject? { read(name, \.object) }
    /// A list of texts.
    public func strings(_ name: String) -> [String]? { array(name)?.compactMap(\.string) }
    /// A map of texts, in the order they were written. Members that are null are left out.
    public func stringMap(_ name: String) -> [(name: String, value: String)]? {
        object(name)?.compactMap { member in member.value.string.map { (member.key, $0) } }
    }

    /// A text that the schema requires or gives a default for.
    public func requiredString(_ name: String) -> String { required(name, string(name)) }
    /// A whole number that the schema requires or gives a default for.
    public func requiredInt(_ name: String) -> Int { required(name, int(name)) }
    /// A Boolean that the schema requires or gives a default for.
    public func requiredBool(_ name: String) -> Bool { required(name, bool(name)) }

    private func required<Value>(_ name: String, _ value: Value?) -> Value {
        guard let value else { preconditionFailure("the schema neither requires the argument nor gives a default") }
        return value
    }

    private func read<Value>(_ name: String, _ type: (JSONValue) -> Value?) -> Value? {
        guard let found = value(name) else { return nil }
        guard let typed = type(found) else { preconditionFailure("the schema declares the argument with another type") }
        return typed
    }

    private func property(_ name: String) -> Schema.Property {
        guard let property = properties.first(where: { $0.name == name }) else {
            preconditionFailure("the schema declares no such argument")
        }
        return property
    }
}

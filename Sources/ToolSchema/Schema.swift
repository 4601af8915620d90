public import JSON

/// The schema of one JSON value: a subset of JSON Schema 2020-12 that every client understands.
public struct Schema: Sendable {
    /// What an object may hold beside its declared properties.
    public enum Additional: Sendable {
        /// Nothing; rendered as `additionalProperties: false`.
        case refused
        /// Anything; the keyword is left out.
        case allowed
        /// Values of one schema, for maps with free keys.
        indirect case values(Schema)
    }

    /// A named member of an object.
    public struct Property: Sendable {
        public let name: String
        public let schema: Schema
        public let isRequired: Bool

        fileprivate init(_ name: String, _ schema: Schema, isRequired: Bool) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }

        /// A member that must be there.
        public static func required(_ name: String, _ schema: Schema) -> Property {
            Property(name, schema, isRequired: true)
        }

        /// A member that may be left out.
        public static func optional(_ name: String, _ schema: Schema) -> Property {
            Property(name, schema, isRequired: false)
        }
    }

    indirect enum Kind: Sendable {
        case any
        case boolean
        case string(choices: [String], maximumLength: Int?)
        case integer(minimum: Int?, maximum: Int?)
        case number(minimum: Double?, maximum: Double?)
        case array(of: Schema, maximumCount: Int?)
        case object(properties: [Property], additional: Additional)
    }

    let kind: Kind
    /// What the value means, for the model that reads the schema.
    public var description: String?
    /// The value that stands in when the member is left out. The declaration says it, `ArgumentReader` applies it.
    public var defaultValue: JSONValue?
    /// Whether null is a value of this schema too.
    public var isNullable = false

    init(_ kind: Kind, _ description: String?, default value: JSONValue? = nil) {
        self.kind = kind
        self.description = description
        defaultValue = value
    }

    /// The same schema that also takes null.
    public var orNull: Schema {
        var schema = self
        schema.isNullable = true
        return schema
    }
}

extension Schema {
    /// Any JSON value.
    public static func any(_ description: String? = nil) -> Schema { Schema(.any, description) }

    /// True or false.
    public static func boolean(_ description: String? = nil, default value: Bool? = nil) -> Schema {
        Schema(.boolean, description, default: value.map { .bool($0) })
    }

    /// A text of at most `maximumLength` Unicode scalars.
    public static func string(
        _ description: String? = nil, maximumLength: Int? = nil, default value: String? = nil
    ) -> Schema {
        Schema(.string(choices: [], maximumLength: maximumLength), description, default: value.map { .string($0) })
    }

    /// One of some words, rendered as `enum`.
    public static func choice(_ choices: [String], _ description: String? = nil, default value: String? = nil) -> Schema {
        Schema(.string(choices: choices, maximumLength: nil), description, default: value.map { .string($0) })
    }

    /// A whole number that fits an `Int`.
    public static func integer(
        _ description: String? = nil, minimum: Int? = nil, maximum: Int? = nil, default value: Int? = nil
    ) -> Schema {
        Schema(.integer(minimum: minimum, maximum: maximum), description, default: value.map { .int($0) })
    }

    /// A number in the range of `Double`.
    public static func number(
        _ description: String? = nil, minimum: Double? = nil, maximum: Double? = nil, default value: Double? = nil
    ) -> Schema {
        Schema(
            .number(minimum: minimum, maximum: maximum), description,
            default: value.flatMap { JSONNumber($0) }.map { .number($0) })
    }

    /// A list of values of one schema.
    public static func array(of element: Schema, _ description: String? = nil, maximumCount: Int? = nil) -> Schema {
        Schema(.array(of: element, maximumCount: maximumCount), description)
    }

    /// An object. Input schemas keep the default and refuse what is not declared.
    public static func object(
        _ properties: [Property] = [], _ description: String? = nil, additional: Additional = .refused
    ) -> Schema {
        Schema(.object(properties: properties, additional: additional), description)
    }

    /// An object with free keys and values of one schema.
    public static func map(of values: Schema, _ description: String? = nil) -> Schema {
        .object([], description, additional: .values(values))
    }
}

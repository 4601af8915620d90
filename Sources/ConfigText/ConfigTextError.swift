public import JSON

/// Why a text was not edited. It never holds a piece of the text.
public enum ConfigTextError: Error, Equatable, Sendable {
    /// Not JSON, even with comments and trailing commas allowed; or a repeated key.
    case notJSON(JSONError)
    /// Not TOML as far as it is read here. `line` counts from 1.
    case notTOML(line: Int)
    /// The same key or table twice. `line` counts from 1.
    case repeatedKey(line: Int)
    /// Something on the way to the place is no object, or is written in a form that is not edited. `depth` counts the
    /// keys of the path that were found.
    case otherForm(depth: Int)
    /// A value that the format cannot hold (null in TOML).
    case notRepresentable

    /// A sentence for a person.
    public var explanation: String {
        switch self {
        case .notJSON(let error): "it is not well-formed JSON: \(error)"
        case .notTOML(let line): "line \(line) is not TOML that is understood here"
        case .repeatedKey(let line): "line \(line) repeats a key or table"
        case .otherForm: "the place for the entry is written in a form that is not edited"
        case .notRepresentable: "the format cannot hold the value"
        }
    }
}

public import JSON

/// Why a text or a value is no rule. Names the field of ours that is wrong, and no text of the input.
public enum UseRuleError: Error, Equatable, Sendable {
    /// A field of a rule, as it stands in the JSON object.
    public enum Field: String, CaseIterable, Sendable {
        case programs, projects, ask, limit, deliver
        case allowWeak = "allow_weak"
    }

    /// Not JSON, or more of it than a rule may be.
    case notJSON(JSONError)
    /// JSON, but no object.
    case notAnObject
    /// A field that no rule has, in the rule or in an object within it: a newer program may know it, so nothing is guessed.
    case unknownField
    /// A field with a value of another type, or with a part missing.
    case wrongType(Field)
    /// A word that the field does not know.
    case unknownWord(Field)
    /// A list without anything in it, which would forbid every use; leave the field out to allow every one.
    case emptyList(Field)
    /// More than `UseRule.mostNames` names.
    case tooMany(Field)
    /// A name that can be none: see `UseRule.isProgram` and `UseRule.isProject`.
    case badName(Field)
    /// A number below 1 or beyond what the field may have.
    case outOfRange(Field)

    /// What is wrong and what is right, in one phrase for a person.
    public var explanation: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .notAnObject: "not a JSON object"
        case .unknownField: "a field that this program does not know"
        case .wrongType(let field): "\(field.rawValue) has a value of another type"
        case .unknownWord(let field): "\(field.rawValue) has a word that it does not know"
        case .emptyList(let field): "\(field.rawValue) is empty; leave it out to allow any"
        case .tooMany(let field): "\(field.rawValue) has more than \(UseRule.mostNames) names"
        case .badName(.programs): "a program is a file name, or an absolute path without . or .. in it"
        case .badName(let field): "\(field.rawValue) has a name that can be none"
        case .outOfRange(.limit): "a limit has 1 to \(UseRule.mostUses) uses in at most 366 days"
        case .outOfRange(let field): "\(field.rawValue) has a time that is not between 1 second and 366 days"
        }
    }
}

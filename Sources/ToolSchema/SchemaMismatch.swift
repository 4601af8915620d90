/// Where a value departs from its schema and how: names and types, never the value itself.
public struct SchemaMismatch: Error, Equatable, Sendable {
    /// One step from the root to the place.
    public enum Step: Equatable, Sendable {
        case member(String)
        case element(Int)
    }

    /// What is wrong there.
    public enum Reason: Equatable, Sendable {
        /// The member is required and not there.
        case missing
        /// The value has another type.
        case wrongType(found: String)
        /// The number is outside its bounds.
        case outOfRange
        /// The text is none of the allowed words.
        case notAChoice
        /// The text or list is too long.
        case tooLong
        /// No such member is declared.
        case unknownMember(nearest: String?, known: [String])
    }

    /// The way from the root; empty for the root itself.
    public let path: [Step]
    /// What is wrong there.
    public let reason: Reason
    /// What the schema expects there, such as "an integer from 1 to 60".
    public let expected: String

    /// The way as text, such as `env.PATH` or `files[2]`. Names are cut after 64
    /// characters, and after 4 when they may be tokens.
    public var place: String {
        var text = ""
        for step in path {
            switch step {
            case .member(let name): text += (text.isEmpty ? "" : ".") + Self.plain(name)
            case .element(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// One sentence that names the argument, what was expected and what came.
    public var message: String {
        let subject = path.isEmpty ? "the arguments" : "argument \"\(place)\""
        switch reason {
        case .missing: return "\(subject) is missing: expected \(expected)"
        case .wrongType(let found): return "\(subject): expected \(expected), got \(Self.withArticle(found))"
        case .outOfRange: return "\(subject): expected \(expected), got a number outside that range"
        case .notAChoice: return "\(subject): expected \(expected), got another string"
        case .tooLong: return "\(subject): expected \(expected), got a longer one"
        case .unknownMember(let nearest, let known):
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
            let names = known.isEmpty ? "there are none" : "known: " + known.joined(separator: ", ")
            return "unknown argument \"\(place)\"\(hint) (\(names))"
        }
    }

    private static func plain(_ name: String) -> String {
        let visible = name.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        var text = String.UnicodeScalarView()
        // A long name with digits may be a token in the wrong place.
        let most = visible.count > 16 && visible.contains { ("0"..."9").contains($0) } ? 4 : 64
        text.append(contentsOf: visible.prefix(most))
        return String(text) + (visible.count > most ? "..." : "")
    }

    static func withArticle(_ type: String) -> String {
        switch type {
        case "null": "null"
        case "integer", "array", "object": "an \(type)"
        default: "a \(type)"
        }
    }
}

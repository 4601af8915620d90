import CommandPolicy
import LinearRegex
import PrivateFiles
import Settings

/// The policy file, from its path to a policy, with the exact place of what is wrong. The server and the verbs load alike.
enum PolicyLoading {
    /// The policy of the settings: the built-in rules alone when no file is named.
    static func load(_ settings: Settings) throws(StartFailure) -> CommandPolicy {
        guard let path = settings.policyFile else { return CommandPolicy() }
        do throws(PolicyProblem) {
            return try load(path)
        } catch {
            throw StartFailure(text: "the policy file \(error.explanation)")
        }
    }

    /// Loads a file: nothing in it is skipped.
    static func load(_ path: AbsolutePath) throws(PolicyProblem) -> CommandPolicy {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try OperatorFile.read(path)
        } catch {
            throw PolicyProblem(path: path, cause: .file(error))
        }
        // The policy's own error only has the place in the pattern; the reason is kept on the way.
        var reason: PatternError.Reason?
        do throws(PolicyError) {
            return try CommandPolicy(parsing: bytes) { pattern throws(PatternFault) in
                do throws(PatternError) {
                    return try matcher(pattern)
                } catch {
                    reason = error.reason
                    throw fault(error)
                }
            }
        } catch {
            throw PolicyProblem(path: path, cause: .policy(error, reason))
        }
    }

    /// A matcher in linear time. A search that would cost too much counts as a match: it then asks or denies.
    private static func matcher(_ pattern: String) throws(PatternError) -> PatternMatcher {
        let regex = try LinearRegex(pattern)
        return { command in
            do throws(SearchError) {
                return try regex.matches(command)
            } catch {
                return true
            }
        }
    }

    private static func fault(_ error: PatternError) -> PatternFault {
        switch error.reason {
        case .programTooLarge, .patternTooLong, .outOfMemory: .tooLarge
        default: .syntax(offset: error.fragment?.lowerBound)
        }
    }
}

/// Why a policy file was not loaded.
struct PolicyProblem: Error {
    enum Cause {
        case file(FileError)
        case policy(PolicyError, PatternError.Reason?)
    }

    let path: AbsolutePath
    let cause: Cause

    /// `/etc/policy.json:4:9: …` or `/etc/policy.json: deny[3].match[0]: …`.
    var explanation: String {
        switch cause {
        case .file(let error): "\(path.text): \(error.explanation)"
        case .policy(let error, let reason): path.text + Self.place(error) + ": " + Self.sentence(error, reason)
        }
    }

    private static func place(_ error: PolicyError) -> String {
        var place = ""
        if let line = error.line, let column = error.column { place += ":\(line):\(column)" }
        if !error.path.isEmpty { place += ": " + error.path }
        return place
    }

    private static func sentence(_ error: PolicyError, _ reason: PatternError.Reason?) -> String {
        switch error.fault {
        case .syntax: "not valid JSON, or a field named twice"
        case .wrongType(let expected): "must be \(expected.rawValue)"
        case .unknownField: "no policy has this field"
        case .badName: "no program can have this name (for arguments use a pattern)"
        case .unknownBuiltIn: "there is no built-in rule of this name ('execkit-mcp policy list' shows them)"
        case .fixedBuiltIn: "this rule cannot be changed"
        case .badPattern(.syntax(let offset)):
            "not a pattern" + (offset.map { ", at its byte \($0)" } ?? "") + (reason.map { ": \($0.rawValue)" } ?? "")
        case .badPattern(.tooLarge): "the pattern is too large" + (reason.map { ": \($0.rawValue)" } ?? "")
        case .tooManyRules(let most): "more than \(most) rules"
        case .exampleMissed: "the rule does not meet this command, and 'match' says it must"
        case .exampleMet: "the rule meets this command, and 'not_match' says it must not"
        case .missingField: "is missing"
        }
    }
}

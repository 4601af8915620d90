import CommandPolicy
import LinearRegex
import Settings

enum PolicyLoading {
    static func load(_ settings: Settings) throws -> CommandPolicy {
        guard let path = settings.policyFile else { return CommandPolicy() }
        let bytes = try OperatorFile.read(path)
        return try CommandPolicy(parsing: bytes, compiler: { (text: String) throws(PatternFault) in
            guard let regex = try? LinearRegex(text) else { throw .syntax(offset: nil) }
            return { (try? regex.matches($0)) ?? true }
        })
    }
}

internal import ArgumentParser
internal import UseRule

/// Rules as a person writes and reads them.
enum RuleWords {
    /// A time such as `90s`, `15m`, `8h` or `2d`, in seconds; nil when it is none that a rule can have.
    static func seconds(_ text: some StringProtocol) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let number = count(text.dropLast()),
            number <= UseRule.longestSeconds / unit
        else { return nil }
        return number * unit
    }

    /// A number of digits alone, at least 1.
    static func count(_ text: some StringProtocol) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), number > 0 else { return nil }
        return number
    }

    /// The name of a program that is known to run others, when this is one: allowing it allows what it is told to run.
    static func runner(_ program: String) -> String? {
        let name = program.split(separator: "/").last.map(String.init) ?? ""
        let stem = name.hasPrefix("python") ? "python" : name
        return runners.contains(stem) ? name : nil
    }

    private static let runners: [String] = [
        "ash", "awk", "bash", "bun", "busybox", "bwrap", "dash", "deno", "doas", "docker", "env", "find", "fish", "gdb", "ksh",
        "make", "nice", "node", "nohup", "npm", "npx", "perl", "php", "podman", "python", "ruby", "sh", "ssh", "strace", "sudo",
        "timeout", "xargs", "zsh",
    ]
}

/// `--ask`.
struct RuleAsk: ExpressibleByArgument {
    let ask: UseRule.Ask

    init?(argument: String) {
        switch argument {
        case "never": ask = .never
        case "always": ask = .always
        default:
            let time = argument.hasPrefix("every ") ? argument.dropFirst(6) : argument[...]
            guard let seconds = RuleWords.seconds(time) else { return nil }
            ask = .every(seconds: seconds)
        }
    }
}

/// `--limit`.
struct RuleLimit: ExpressibleByArgument {
    let limit: UseRule.Limit

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let uses = RuleWords.count(parts[0]), uses <= UseRule.mostUses,
            let seconds = RuleWords.seconds(parts[1])
        else { return nil }
        limit = .init(uses: uses, seconds: seconds)
    }
}

/// `--deliver`.
struct RuleDelivery: ExpressibleByArgument {
    let delivery: UseRule.Delivery?

    init?(argument: String) {
        guard argument != "any" else {
            delivery = nil
            return
        }
        guard let delivery = UseRule.Delivery(rawValue: argument) else { return nil }
        self.delivery = delivery
    }
}

extension UseRule {
    /// The rule for a person, a line for each thing a rule can say.
    var lines: String {
        let asked = switch ask {
        case .never: "never"
        case .always: "at every use"
        case .every(let seconds): "once in \(Self.duration(seconds))"
        }
        return """
            Programs:  \(programs?.joined(separator: ", ") ?? "any")
            Projects:  \(projects?.joined(separator: ", ") ?? "any")
            Asks you:  \(asked)
            Limit:     \(limit.map { "\($0.uses) in \(Self.duration($0.seconds))" } ?? "none")
            Too short: \(allowsWeakValue ? "used all the same" : "refused")
            Delivery:  \(delivery?.rawValue ?? "any")
            """
    }
}

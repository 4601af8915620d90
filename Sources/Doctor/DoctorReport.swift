public import JSON

/// Everything the doctor found, in the order it is shown.
public struct DoctorReport: Equatable, Sendable {
    public let version: String
    public let findings: [Finding]

    public init(version: String, findings: [Finding]) {
        self.version = version
        self.findings = findings
    }

    /// The worst state found; `off` counts as `ok`.
    public var state: Finding.State {
        let states = Set(findings.map(\.state))
        return states.contains(.broken) ? .broken : states.contains(.warn) ? .warn : .ok
    }

    /// 1 when something that is configured or needed does not work, else 0.
    public var exitCode: Int32 { state == .broken ? 1 : 0 }

    /// `{"version","state","checks":[{"section","name","state","value","advice"}]}`.
    public var json: JSONValue {
        let checks = findings.map { finding -> JSONValue in
            [
                "section": .string(finding.section.rawValue), "name": .string(finding.name),
                "state": .string(finding.state.rawValue), "value": .string(finding.value),
                "advice": .string(finding.advice),
            ]
        }
        return ["version": .string(version), "state": .string(state.rawValue), "checks": .array(checks)]
    }

    /// The report for a person: a line a finding, what to do below it. Control characters in paths are written out.
    public var text: String {
        var lines = ["execkit-mcp \(version)"]
        let width = findings.map(\.name.count).max() ?? 0
        for section in Finding.Section.allCases {
            let own = findings.filter { $0.section == section }
            guard !own.isEmpty else { continue }
            lines += ["", section.rawValue]
            for finding in own {
                let space = String(repeating: " ", count: width - finding.name.count)
                lines.append("\(Self.tag(finding.state)) \(Self.plain(finding.name))\(space)  \(Self.plain(finding.value))")
                if !finding.advice.isEmpty {
                    lines.append(String(repeating: " ", count: 7 + width + 2) + Self.plain(finding.advice))
                }
            }
        }
        lines += ["", verdict]
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        func count(_ state: Finding.State) -> Int { findings.count { $0.state == state } }
        switch state {
        case .broken: return "\(count(.broken)) broken, \(count(.warn)) to look at."
        case .warn: return "Nothing is broken, \(count(.warn)) to look at."
        case .ok, .off: return "All is well."
        }
    }

    private static func tag(_ state: Finding.State) -> String {
        switch state {
        case .ok: "[ ok ]"
        case .warn: "[warn]"
        case .broken: "[FAIL]"
        case .off: "[ -- ]"
        }
    }

    /// A name of a file or variable could hold a terminal's control codes or turn the reading direction.
    private static func plain(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                out += "\\u{\(String(scalar.value, radix: 16))}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

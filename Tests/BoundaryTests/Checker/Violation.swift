/// One offence against one rule, in words that say how to mend it.
struct Violation: Equatable, CustomStringConvertible {
    enum Rule: String {
        case manifest, settings, floor, reach, soleImporter, comingRoom, testProgram
        case imports, include, powerText, powerSymbol, fenceSymbol
        case bannedWord, foreignWord, bannedMark, unreadable, longFile, readme, errorPayload, unsafeArgument, fenceImport
        case bannedText, deadLink, requiredFile, shellScript
    }

    let rule: Rule
    let place: String
    let what: String

    init(_ rule: Rule, _ place: String, _ what: String) {
        self.rule = rule
        self.place = place
        self.what = what
    }

    var description: String { "[\(rule.rawValue)] \(place): \(what)" }
}

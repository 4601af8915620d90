/// What keeps the states of a store. A store is of one kind for as long as it lives: one that git keeps is not read by the
/// scripts of the other, and the other way round.
enum Backend: String, Sendable {
    /// A shadow repository.
    case git
    /// Files by the hash of their content, and lists: for a place without git.
    case plain

    /// What a script of this kind says when the store in the place is, or has to be, a plain one.
    static let isPlain: Int32 = 76

    /// The parts that the two kinds do not share. They define the same functions: `capture`, `finish`, `take`,
    /// `enter_state`, `thin`, `report`, `settle_names`, `settle`, `known_state`, `compare`.
    struct Parts {
        let tools: StaticString
        let prepare: StaticString
        let unchanged: StaticString
        let capture: StaticString
        let record: StaticString
        let few: StaticString
        let compare: StaticString
        let diff: StaticString
        let list: StaticString
        let prune: StaticString
        let apply: StaticString
    }

    var parts: Parts {
        switch self {
        case .git:
            Parts(
                tools: "", prepare: GitScript.prepare, unchanged: GitScript.unchanged, capture: GitScript.capture, record: GitScript.record, few: GitScript.few,
                compare: GitScript.compare, diff: GitScript.diff, list: GitScript.list, prune: GitScript.prune, apply: GitScript.apply)
        case .plain:
            Parts(
                tools: PlainScript.tools, prepare: PlainScript.prepare, unchanged: PlainScript.unchanged, capture: PlainScript.capture,
                record: PlainScript.record, few: "few() { return 1; }", compare: PlainScript.compare, diff: PlainScript.diff, list: PlainScript.list,
                prune: PlainScript.prune, apply: PlainScript.apply)
        }
    }
}

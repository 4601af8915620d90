internal import Digest

/// The scripts of one store of one kind.
struct StoreScripts {
    private let parts: Backend.Parts
    private let start: [UInt8]
    private let finds: [UInt8]
    private let paths: [[UInt8]]
    private let retention: CheckpointStore.Retention
    private let exclude: [UInt8]

    init(scope: CheckpointScope, store: [UInt8], retention: CheckpointStore.Retention, backend: Backend) {
        parts = backend.parts
        var text = ShellText()
        text.set("workspace", scope.workspace)
        text.set("store", store)
        text.set("scope", scope.fingerprint)
        text.set("backend", backend.rawValue)
        text.append(GitScript.enter)
        start = text.bytes
        finds = GitScript.finds(scope, backend)
        paths = scope.paths
        exclude = Array(NamePatterns.excludeLines.utf8) + scope.ignores.flatMap { $0.excludeLine + [10] }
        self.retention = retention
    }

    func create(_ kind: Checkpoint.Kind, label: [UInt8]) -> [UInt8] {
        script { text in
            if kind == .automatic { text.append(parts.unchanged) }
            addCapture(&text)
            text.set("kind", kind.rawValue)
            text.set("label", Hex.encode(label))
            text.append(parts.few)
            text.append(
                """
                few || {
                    take "$@"
                    enter_state
                    report
                    settle
                }
                """)
        }
    }

    func compare(_ id: CheckpointID, isRestore: Bool) -> [UInt8] {
        script { text in
            addCapture(&text)
            text.set("target", id.text)
            text.set("kind", Checkpoint.Kind.safety.rawValue)
            text.set("label", "")
            text.append("is_new=\nknown_state")
            if isRestore { text.append(GitScript.open) }
            text.append("take \"$@\"")
            if isRestore { text.append("enter_state") }
            text.append(parts.compare)
            text.append("report\nsettle_names\ncompare")
        }
    }

    func apply(_ id: CheckpointID, safety: CheckpointID) -> [UInt8] {
        script { text in
            text.append(GitScript.lock)
            text.append(GitScript.answer)
            text.append(parts.tools)
            text.append(parts.record)
            text.append(GitScript.work)
            text.set("target", id.text)
            text.set("whole", safety.text)
            text.append(parts.apply)
        }
    }

    func diff(_ id: CheckpointID, limit: Int) -> [UInt8] {
        script { text in
            addCapture(&text)
            text.set("target", id.text)
            text.set("limit", String(max(0, limit) + 1))
            text.append(parts.diff)
            text.append(
                """
                is_new=
                known_state
                take "$@"
                report
                settle_names
                rm -f -- "$tmp/bad" || exit 72
                { show_diff || : >"$tmp/bad"; } | head -c "$limit" >"$tmp/diff"
                [ -s "$tmp/diff" ] || [ ! -e "$tmp/bad" ] || exit 69
                section diff "$tmp/diff"
                """)
        }
    }

    func list() -> [UInt8] {
        script { text in
            text.append(parts.list)
        }
    }

    func prune() -> [UInt8] {
        script { text in
            text.append(GitScript.lock)
            text.append(GitScript.ready)
            text.append(parts.tools)
            text.append(parts.prepare)
            text.append(parts.record)
            addRetention(&text)
            text.append(parts.prune)
        }
    }

    func remove() -> [UInt8] {
        script { text in
            text.append(GitScript.lock)
            text.append(
                """
                cd / && rm -rf -- "$store" || exit 72
                printf 'done\\0'
                """)
        }
    }

    private func addRetention(_ text: inout ShellText) {
        text.set("keep", String(retention.newest))
        text.set("age", String(retention.age))
    }

    private func addCapture(_ text: inout ShellText) {
        text.append(GitScript.lock)
        text.append(GitScript.ready)
        text.append(parts.tools)
        text.append(parts.prepare)
        addRetention(&text)
        text.set("exclude", exclude)
        text.set("secret_case", NamePatterns.secretCase)
        text.append(GitScript.walk)
        text.append(raw: finds)
        text.append(parts.capture)
        text.append(GitScript.answer)
        text.append(parts.record)
        text.setParameters(paths)
        text.append(GitScript.starts)
    }

    private func script(_ body: (inout ShellText) -> Void) -> [UInt8] {
        var text = ShellText()
        text.append(raw: start)
        body(&text)
        return text.bytes
    }
}

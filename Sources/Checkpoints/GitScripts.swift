internal import Digest

/// The scripts of one store.
struct GitScripts {
    private let start: [UInt8]
    private let finds: [UInt8]
    private let paths: [[UInt8]]
    private let retention: CheckpointStore.Retention
    private let exclude: [UInt8]

    init(scope: CheckpointScope, store: [UInt8], retention: CheckpointStore.Retention) {
        var text = ShellText()
        text.set("workspace", scope.workspace)
        text.set("store", store)
        text.set("scope", scope.fingerprint)
        text.append(GitScript.enter)
        start = text.bytes
        finds = GitScript.finds(scope)
        paths = scope.paths
        exclude = Array(NamePatterns.excludeLines.utf8) + scope.ignores.flatMap { $0.excludeLine + [10] }
        self.retention = retention
    }

    func create(_ kind: Checkpoint.Kind, label: [UInt8]) -> [UInt8] {
        script { text in
            if kind == .automatic { text.append(GitScript.unchanged) }
            addCapture(&text)
            text.set("kind", kind.rawValue)
            text.set("label", Hex.encode(label))
            text.append(
                """
                take "$@"
                enter_state
                report
                settle
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
            text.append(GitScript.compare)
            text.append("report\nsettle_names\ncompare")
        }
    }

    func apply(_ id: CheckpointID, safety: CheckpointID) -> [UInt8] {
        script { text in
            text.append(GitScript.lock)
            text.append(GitScript.record)
            text.set("target", id.text)
            text.set("whole", safety.text)
            text.append(GitScript.apply)
        }
    }

    func diff(_ id: CheckpointID, limit: Int) -> [UInt8] {
        script { text in
            addCapture(&text)
            text.set("target", id.text)
            text.set("limit", String(max(0, limit) + 1))
            text.append(
                """
                is_new=
                known_state
                take "$@"
                report
                settle_names
                { git diff-tree -r -p --no-color --no-ext-diff --no-textconv --no-renames "$target:files" "$whole:files" ||
                    : >"$tmp/bad"; } | head -c "$limit" >"$tmp/diff"
                [ -s "$tmp/diff" ] || [ ! -e "$tmp/bad" ] || exit 69
                section diff "$tmp/diff"
                """)
        }
    }

    func list() -> [UInt8] {
        script { text in
            text.append(
                """
                [ -f "$store/ready" ] || { printf 'list\\0000\\0'; exit 0; }
                entries=$(git for-each-ref --sort=-refname --format='%(refname:strip=2) %(tree) %(committerdate:unix) %(contents:subject)' \
                    refs/execkit) || exit 69
                [ -z "$entries" ] || entries=$entries$nl
                printf 'list\\0%s\\0%s' "${#entries}" "$entries"
                """)
        }
    }

    func prune() -> [UInt8] {
        script { text in
            text.append(GitScript.lock)
            text.append(GitScript.prepare)
            text.append(GitScript.record)
            addRetention(&text)
            text.append(
                """
                thin
                : >"$store/manifest.id" || exit 72
                git repack -a -d -q && git prune --expire=now && git pack-refs --all || stop
                printf 'done\\0'
                """)
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
        text.append(GitScript.prepare)
        addRetention(&text)
        text.set("exclude", exclude)
        text.set("secret_case", NamePatterns.secretCase)
        text.append(GitScript.walk)
        text.append(raw: finds)
        text.append(GitScript.capture)
        text.append(GitScript.record)
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

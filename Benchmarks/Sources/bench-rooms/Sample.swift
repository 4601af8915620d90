/// Ordinary text of a kind, made from a fixed seed.
enum Sample: String, CaseIterable {
    case log = "a build log"
    case source = "source code"
    case base64 = "base64 lines"

    func text(bytes: Int) -> [UInt8] {
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        // A part is made and repeated: what is measured is the redactor, not this.
        var part: [UInt8] = []
        while part.count < 4 << 20 {
            let line: String
            switch self {
            case .log:
                line = [
                    "[\(next(900))/\(900)] Compiling module_\(next(500)).c -> build/obj/module_\(next(500)).o (\(next(2000)) ms)",
                    "warning: src/lib/parser_\(next(90)).c:\(next(4000)):\(next(80)): unused variable 'index' [-Wunused-variable]",
                    "ok   pkg/server/handler_\(next(300))  \(next(90)).\(next(999))s  coverage: \(next(100)).\(next(10))% of statements",
                    "2026-11-21T10:\(10 + next(50)):\(10 + next(50)).\(100 + next(900))Z INFO  worker-\(next(32)) finished batch \(next(100_000)) in \(next(900)) ms",
                    "added \(next(1500)) packages, changed \(next(20)) and audited \(next(3000)) packages in \(next(60))s",
                ][next(5)]
            case .source:
                line = [
                    "    for (size_t index = 0; index < count_\(next(99)); index++) { total += values[index] * \(next(1000)); }",
                    "    guard let value = table[\"name_\(next(500))\"], value.count > \(next(64)) else { return nil }",
                    "static int parse_header_\(next(200))(const char *line, size_t length, struct header *out) {",
                    "        // Keeps the first \(next(40)) bytes, so that a later reader can tell the two apart.",
                    "    return state.isOpen ? .ready(after: \(next(900))) : .closed",
                ][next(5)]
            case .base64:
                let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
                line = String(decoding: (0..<76).map { _ in alphabet[next(64)] }, as: UTF8.self)
            }
            part += Array(line.utf8)
            part.append(0x0A)
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes)
        while text.count < bytes { text += part.prefix(bytes - text.count) }
        return text
    }

    static let everydayCommand = """
        set -euo pipefail
        cd /srv/project && git fetch --all --prune --quiet && git checkout -q main && git pull --ff-only
        for package in core server client tools; do
            echo "building $package in $(pwd)"
            (cd "packages/$package" && npm ci --no-audit --no-fund 2>&1 | tail -n 5 && npm run build -- --mode production)
        done
        find . -name '*.log' -mtime +7 -not -path './node_modules/*' -print0 | xargs -0 -r gzip -9
        if [ -f docker-compose.yml ]; then docker compose ps --format json | jq -r '.[] | "\\(.Name) \\(.State)"'; fi
        cat > build/info.txt <<EOF
        version: $(git describe --tags --always)
        date: $(date -u +%Y-%m-%dT%H:%M:%SZ)
        EOF
        grep -rn --include='*.ts' 'FIX' src | awk -F: '{ print $1 }' | sort | uniq -c | sort -rn | head -n 20
        python3 -m pytest -q tests/unit --maxfail=3 --durations=5 && echo "all fine; done" || { echo "failed: $?" >&2; exit 1; }
        curl -fsS --retry 3 http://localhost:8080/health | tee build/health.json | jq .status
        tar -czf "build/release-$(date +%s).tar.gz" --exclude='*.map' dist README.md LICENSE package.json && ls -lh build
        """
}

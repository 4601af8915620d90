/// Names that no checkpoint holds, and the forms in which the tools of a place read them.
enum NamePatterns {
    /// Directories that a build makes again.
    static let build = [
        "node_modules", "target", ".venv", "__pycache__", ".mypy_cache", "dist", "build", ".build", ".pytest_cache", ".ruff_cache",
        ".tox", ".gradle", ".next", ".nuxt", ".terraform", ".cache",
    ]

    /// Files and directories that hold secrets, in any case of letters.
    static let secret = [
        ".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".netrc", "_netrc", ".execkit", ".env", ".env.*",
        ".envrc", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "*.gpg", "*.age",
        "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".git-credentials",
        ".vault-token", ".htpasswd", "credentials.json", "service-account*.json", "secrets.yml", "secrets.yaml", "secrets.json",
        "*.tfstate", "*.tfstate.*", "*.tfvars",
    ]

    /// All of them, for the fingerprint of a scope.
    static let text = "1 " + build.joined(separator: " ") + "/" + secret.joined(separator: " ")

    /// Every letter as a class of both cases.
    static func anyCase(_ pattern: String) -> String {
        pattern.map { $0.isLetter ? "[\($0.lowercased())\($0.uppercased())]" : String($0) }.joined()
    }

    /// Patterns of a shell's `case`.
    static let secretCase = secret.map(anyCase).joined(separator: "|")

    /// Lines of an exclude file: what need not be walked. Secret files are told from others by their names afterwards, so that
    /// they can be reported.
    static let excludeLines = (build + secret.map(anyCase)).map { "\($0)/\n" }.joined() + anyCase(".git") + "\n"

    /// Words of a `find` expression.
    static let buildWords = alternatives("-name", build)
    static let secretWords = alternatives("-iname", secret)

    private static func alternatives(_ test: String, _ patterns: [String]) -> [[UInt8]] {
        var expression = words("(")
        for (index, pattern) in patterns.enumerated() {
            if index > 0 { expression += words("-o") }
            expression += words(test) + [Array(pattern.utf8)]
        }
        return expression + words(")")
    }

    static func isGitDirectory(_ name: some Sequence<UInt8>) -> Bool { name.map { $0 | 0x20 } == Array(".git".utf8) }
}

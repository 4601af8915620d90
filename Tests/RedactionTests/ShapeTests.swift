import Testing
@testable import Redaction

@Suite("Token shapes and named values")
struct ShapeTests {
    @Test("Each sample is replaced by its marker and nothing else changes", arguments: Samples.all)
    func positive(sample: Sample) {
        #expect(redact(sample.text) == sample.expected)
    }

    @Test("One byte less than the minimum is no token", arguments: TokenShape.all.indices)
    func tooShort(index: Int) {
        let shape = TokenShape.all[index]
        var make = Generator(state: 2)
        let digits = shape.alphabet.contains(UInt8(ascii: "7")) ? make.text(.digits, shape.minimum - 1) : ""
        let text = "got " + String(decoding: shape.prefix, as: UTF8.self) + digits + " here"
        // A longer prefix may still be a shorter one's token, and a telling name speaks for itself.
        #expect(!redact(text).contains("[REDACTED:\(shape.label)]") || shape.label == "openai-key")
    }

    @Test("Ordinary text passes unchanged", arguments: OrdinaryText.lines)
    func negative(line: String) {
        #expect(redact(line) == line)
    }

    @Test("Generated hashes, identifiers and images pass unchanged")
    func generated() {
        var make = Generator(state: 99)
        for _ in 0..<30 {
            let hex = make.text(ByteSet("0123456789abcdef"), 64)
            let base64 = make.text(.base64, 300)
            for text in [
                hex, "sha256:" + hex, "commit " + hex.prefix(40), "integrity sha512-" + base64.prefix(86) + "==",
                "data:image/png;base64," + base64, "\"hash\": \"" + hex + "\"",
                "\(hex.prefix(8))-\(hex.prefix(4))-4\(hex.prefix(3))-a\(hex.prefix(3))-\(hex.prefix(12))",
            ] {
                #expect(redact(text) == text)
            }
        }
    }

    @Test("Matches are counted by kind")
    func counts() {
        let text = Array("password=hunter2 x://u:pw@h password=hunter3\n".utf8)
        let result = Redactor.redact(text)
        #expect(result.counts == ["password": 2, "url-password": 1])
        var redactor = Redactor()
        var output: [UInt8] = []
        redactor.feed(text, into: &output)
        redactor.finish(into: &output)
        #expect(redactor.redactions == 3)
    }
}

/// Lines of logs, source code, lock files and documents that hold no secret.
enum OrdinaryText {
    static let lines: [String] = source + logs + documents + found

    private static let source = [
        "let token = nextToken()", "var token: Token?", "if (token == null) {", "if password == nil { return }",
        "func login(user: String, password: String) -> Bool", "password: String,", "  password: string;", "password!: string",
        "const token = req.headers.authorization;", "self.token = token", "this.password = password;",
        "token = os.environ[\"TOKEN\"]", "password=None, token=None", "client = Client(api_key=api_key, secret=self.secret)",
        "password = getpass.getpass()", "PASSWORD=$(cat /run/x)", "export TOKEN=${TOKEN:-}", "export TOKEN=$CI_JOB_TOKEN",
        "<input type=\"password\" name=\"password\" placeholder=\"Password\">", "enum Kind { case token, secret, key }",
        "struct Token { let kind: Kind; let range: Range<Int> }", "for (key, value) in pairs {", "let key = keys[index]",
        "secretKeyRef:\n  name: app\n  key: password", "secretName: my-secret-name", "token_type: bearer", "tokenizer = Tokenizer()",
        "match token { Token::Ident(x) => x }", "let tok: Token = parser.next()?;", "password: &str, token: &'a [u8]",
        "fn f(password: Option<String>, secret: Vec<u8>)", "uint32_t token = 0;", "std::string password = getenv(\"X\");",
        "max_tokens=4096", "\"max_tokens\": 4096, \"total_tokens\": 12345", "MAX_TOKENS=4096", "TOKEN_COUNT=12345",
        "PASSWORD_FILE=/run/secrets/x", "type Token = string", "import { Token } from './token'", "return token ?? defaultToken",
        "\"-----BEGIN PRIVATE KEY-----\"", "if line.hasPrefix(\"-----BEGIN RSA PRIVATE KEY-----\") { state = .insidePrivateKeyBlock }",
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----",
        "url = f\"postgres://{user}:{password}@{host}/\"", "url: \"http://%s:%s@%s/\"", "postgres://$USER:$PASS@host/db", "http://host:8080/@scope/pkg",
        "Authorization: Bearer $TOKEN", "Authorization: Basic <credentials>", "headers[\"Authorization\"] = `Bearer ${token}`",
        "--password string   the password", "--token <token>", "use --password-stdin", "--password PASSWORD", "--secret id=x",
        "credentials: 'include'", "authorization: required", "auth: true", "sk-learn", "task-scheduler-0123456789-abcdefghijklmnop",
        "class=\"sk-fading-circle sk-circle\"", "hf_hub_download(repo)", "xai-grpc", "npm_config_registry", "AKIAlpha", "eyJoy",
        "pass", "tests pass: 12", "compass = north", "monkey: banana", "keyboard: qwerty12", "key: value", "\"key\": \"value1234\"",
        "author: \"somebody12345678\"", "AUTHOR=somebody", "authors=abcdef", "password:", "token=", "secret = \"\"", "password=\"***\"", "password=********",
        "password: <password>", "password: \"${PASSWORD}\"", "password: {{ vault_password }}", "password = \"\\(password)\"",
    ]

    private static let logs = [
        "[12/345] Compiling Foo Bar.swift", "npm http fetch GET 200 https://registry.example/left-pad 123ms (cache hit)",
        "added 123 packages, and audited 124 packages in 4s", "error: unexpected token: identifier", "Unexpected token: \"export\"",
        "SyntaxError: Unexpected token } in JSON at position 12", "invalid password: incorrect", "Password: required", "Password: ",
        "src/token.rs:12:5: error: expected expression", "token:12:5:error", "PWD=/root", "OLDPWD=/home/me", "PATH=/usr/bin:/bin",
        "SSH_AUTH_SOCK=/tmp/ssh-x/agent.1", "docker run -u 1000:1000 -p 8080:80 img", "ps -aux", "mkdir -p build/x", "cp -au a b",
        "127.0.0.1:5432:5432", "0.0.0.0:5432->5432/tcp", "login with password authentication", "login failed: wrong password entered", "the password is wrong",
        "commit 0123456789abcdef0123456789abcdef01234567", "diff --git a/src/password.py b/src/password.py", "index 0123abc..4567def 100644",
        "   \"integrity\": \"sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==\"",
        "checksum = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
        "550e8400-e29b-41d4-a716-446655440000", "2026-01-02T03:04:05Z INFO token refreshed in 12ms", "bearer authentication is required here",
        "BEGIN TRANSACTION; COMMIT;", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZI\n-----END PUBLIC KEY-----",
        "git@github.example:me/repo.git", "https://example.org/a?b=c&d=e#f", "signal=15 sig=11", "key-value store", "MDT NTP ODT NDJSON",
    ]

    private static let documents = [
        "The password must have at least 8 characters.", "Tokens: a token is a secret. Keep the secret: secret.",
        "Your API key: see the settings page.", "\"password\": \"The password field is required.\"", "Secret: none", "the access key: unknown",
        "Use `Authorization: Basic` or `Bearer`.", "[REDACTED:github-token] and password=[REDACTED:password]", "[REDACTED:jwt]",
    ]

    /// Lines of headers, libraries and their documentation that were once taken for secrets.
    private static let found = [
        "getAnalysis<LazyBlockFrequencyInfoPass>();", "async_result<decay_t<_CompletionToken>, void(T)>\n", "std::string& __token = \"default\"",
        "trailer.<token>.command\n", "L<Pod::Simple::PullParserToken> and inherits\n", "C<passwd> is one-way hashed garble\n", "Credentials->get_proxy_credentials();",
        "Usage: add <pkg> <url> <secret> [--type=<type>]", "proxy_url=\"socks5h://<username>:<password>@proxy-host\"\n", "'token <token>', 'use <password>',",
        "via the --username and --password options instead", "def win_getpass(prompt='Password: ', stream=None):", "self.assertIn('Password:', stderr.getvalue())",
        "input(\"New password: \", stream)", "read.password('Password:', creds.password)", "__init__(self, default_token='Bearer',", "SERVER_AUTH = '1.3.6.1.5.5.7.3.1'",
        "authorization = base64.decodebytes(authorization).\\", "static let subscriptionKey = \"io.example.context/subscriptionId\"", "let accessKey = \"access.key-name\"",
        "U_UNEXPECTED_TOKEN=0x10100,       /**< Syntax error */", "Token:              '#d0d0d0'", ".. _`Bearer Token`: https://tools.example.org/rfc6750",
        "private_key: ed25519.Ed25519PrivateKey, x: y", "private_key: \"_RSAPrivateKey\",", "bind($dn, password => $this->{bindpasswd});", "user_pass = '%s:%s' % (user, x)",
        "_core_token = r'(?:[^%s]+)' % (_nl)", "jsonnet_token = r'[^\\W\\d]\\w*'", "exports.SOCKS5_NO_AUTH = exports.SOCKS5_CUSTOM_AUTH_END", ":type passphrase: :py:data:`bytes`",
        "const password = 'Password used to generate key';", "password = \":****\"", "curl -u user:PASSWORD", "scheme://user:PASSWORD@host", "mysql -pPASSWORD",
    ]
}

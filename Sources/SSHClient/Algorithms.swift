/// Which of libssh2's algorithms a connection may agree on: no broken cipher, digest or group, whatever a server offers.
///
/// As OpenSSH 9 has it by default, but for `ssh-rsa` host keys (SHA-1), which come last: some libssh2 have no other RSA.
enum Algorithms {
    /// Those of the library that may be used, in its order of preference.
    static func usable(_ names: [String], _ list: SSHLibrary.List) -> [String] {
        switch list {
        case .keyExchange: names.filter { !$0.hasSuffix("-sha1") }
        case .hostKey:
            names.filter { $0 != "ssh-dss" && $0 != "ssh-rsa" } + names.filter { $0 == "ssh-rsa" }
        case .cipher: names.filter { $0.hasSuffix("-ctr") || $0.contains("-gcm") || $0.hasPrefix("chacha20-poly1305") }
        case .mac: names.filter { $0.hasPrefix("hmac-sha2-") }
        }
    }
}

internal import HelperRun
internal import SecretMemory

/// The Secret Service (freedesktop.org) through `secret-tool` of libsecret: the password on its standard input and
/// output, attributes that name the vault in its arguments.
struct SecretService: KeepsPassword {
    let vault: String

    private var attributes: [String] { ["application", "execkit", "vault", vault] }

    func read(_ helpers: HelperRun) throws(KeyringError) -> SecretBytes {
        try firstLine(try helped { () throws(HelperError) in try helpers.run("secret-tool", ["lookup"] + attributes) })
    }

    func write(_ password: borrowing SecretBytes, _ helpers: HelperRun) throws(KeyringError) {
        do throws(HelperError) {
            _ = try helpers.run("secret-tool", ["store", "--label=execkit vault"] + attributes, input: password)
        } catch {
            throw .helper(error)
        }
    }
}

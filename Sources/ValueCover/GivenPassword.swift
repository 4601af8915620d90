public import SecretMemory
import ValueRedaction

extension ValueCover {
    /// What stands in the place of a password that an agent gave itself.
    private static let passwordName = "ssh-password"
    /// So many of them: an agent could fill the locked memory that the vault's values need.
    static let mostGivenPasswords = 32

    /// Covers a password that an agent wrote into its call, as far as that does no harm: it knows it, so it is never refused.
    ///
    /// - Returns: whether texts are searched for it from now on. Not when it is short or ordinary, so that hiding it would hide
    ///   other text, when too many were given, or when there is no locked memory for it; then tell `uncoveredPassword`.
    public func addGivenPassword(_ value: borrowing SecretBytes) -> Bool {
        let before = version
        guard givenPasswords < Self.mostGivenPasswords || contains(Self.passwordName, value) else { return false }
        do throws(ValueRedactionError) {
            try add(Self.passwordName, value, allowingWeak: false)
        } catch {
            return false
        }
        if version > before { givenPasswords += 1 }
        return true
    }

    /// What a result says beside a password that is not covered.
    public static let uncoveredPassword =
        "The password is too short or too ordinary to be hidden, or there were too many: where a command prints it, it is shown. "
        + "Use password_secret."
}

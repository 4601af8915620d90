public import UseRule
public import VaultStore

/// The rule of a secret says how an agent may use it. It is sealed with the attributes.
extension UnlockedVault {
    /// Replaces the rule of a secret by what `change` makes of the one that is there, or of one without anything in it.
    ///
    /// - Returns: the rule as it is stored.
    /// - Throws: `rule` when what is there cannot be read, or when what comes out can be no rule; nothing was changed then.
    @discardableResult
    public borrowing func changeRule(
        _ place: SecretPlace, _ change: (UseRule) -> UseRule
    ) throws(VaultError) -> UseRule {
        let body = change
        return try replaceRule(place) { (old) throws(UseRuleError) in
            let new = try body(try old.map { (text) throws(UseRuleError) in try UseRule(parsing: text) } ?? UseRule()).checked()
            return (new, new.text)
        }
    }

    /// Takes the rule of a secret away, also one that cannot be read: nothing restricts its use by an agent any more.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public borrowing func clearRule(_ place: SecretPlace) throws(VaultError) -> Bool {
        try replaceRule(place) { (old) throws(UseRuleError) in (old != nil, nil) }
    }

    private borrowing func replaceRule<R>(
        _ place: SecretPlace, _ make: (_ old: String?) throws(UseRuleError) -> (R, new: String?)
    ) throws(VaultError) -> R {
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let (secret, project) = try stored { () throws(VaultStoreError) in
                guard let secret = try change.secret(place) else { throw .noSuchSecret }
                return (secret, try change.project(id: place.project))
            }
            let key = try key(project)
            // A rule that someone else wrote is not to be kept, even in part, under a seal of ours.
            try verify(secret, key)
            let result: R
            let rule: String?
            do throws(UseRuleError) { (result, rule) = try make(secret.rule) } catch { throw .rule(error) }
            let seal = try seal(place, secret.attributes, rule: rule, version: secret.version, key)
            try stored { () throws(VaultStoreError) in try change.setRule(secret, rule, seal: seal) }
            return (result, Action(.rule, place, rule: rule))
        }
    }
}

extension SecretRecord {
    /// The rule as a value; nil when there is none. What is thrown means that no agent may use the secret: a rule that
    /// cannot be read is no permission.
    public func useRule() throws(UseRuleError) -> UseRule? {
        guard let rule else { return nil }
        return try UseRule(parsing: rule)
    }
}

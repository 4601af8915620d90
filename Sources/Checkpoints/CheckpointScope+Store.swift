extension CheckpointScope {
    /// A name for the directory of this scope's store: 32 hexadecimal digits of a hash over the workspace, the paths, the
    /// patterns, and the names that are left out by themselves. So scopes that differ have different stores, and a later
    /// version that leaves other names out begins a new one.
    public var storeName: String { String(fingerprint.prefix(32)) }
}

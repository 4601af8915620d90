// The room Spawn is being built.

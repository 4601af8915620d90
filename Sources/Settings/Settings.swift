// The room Settings is being built.

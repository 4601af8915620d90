// The room ClientSetup is being built.

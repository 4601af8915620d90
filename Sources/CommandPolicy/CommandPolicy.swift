// The room CommandPolicy is being built.

// The room Doctor is being built.

// The room Digest is being built.

// The room Redaction is being built.

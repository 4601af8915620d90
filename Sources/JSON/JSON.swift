// The room JSON is being built.

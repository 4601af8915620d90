// The room Sessions is being built.

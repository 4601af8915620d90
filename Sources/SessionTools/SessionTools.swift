// The room SessionTools is being built.

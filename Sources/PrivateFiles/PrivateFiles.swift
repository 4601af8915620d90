// The room PrivateFiles is being built.

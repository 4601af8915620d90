// The room ConfigText is being built.

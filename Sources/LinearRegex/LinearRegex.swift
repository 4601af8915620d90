// The room LinearRegex is being built.

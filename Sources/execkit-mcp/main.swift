// The program is being built.

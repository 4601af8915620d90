// The room OutputShaping is being built.

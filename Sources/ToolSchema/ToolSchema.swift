// The room ToolSchema is being built.

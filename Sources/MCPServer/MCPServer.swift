// The room MCPServer is being built.

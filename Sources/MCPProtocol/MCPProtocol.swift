// The room MCPProtocol is being built.

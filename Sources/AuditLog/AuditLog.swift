// The room AuditLog is being built.

/// Placeholder.
public enum SSHConfig {}

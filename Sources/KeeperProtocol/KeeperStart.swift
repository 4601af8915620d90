/// How the keeper is started: by the server alone, as its child, with one end of a stream socket pair.
public enum KeeperStart {
    /// The name of the program, in the directory of the server's own.
    public static let programName = "execkit-keeper"
    /// The child's number of its end of the pair.
    public static let descriptor: Int32 = 3
    /// Variables that it gets from the server's environment, beside the usual ones (`PATH`, `HOME` …): where the vault is,
    /// how its log is written, and where the programs of stores find theirs. Not `EXECKIT_VAULT_PASSWORD`: where a server
    /// has that, the agent's other programs do, too.
    public static let environmentNames = [
        "EXECKIT_HOME", "EXECKIT_MCP_AUDIT_SYNC",
        // Keyring's programs.
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "PASSWORD_STORE_DIR", "WAYLAND_DISPLAY", "XAUTHORITY",
        "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
        // StoreReferences' programs.
        "AWS_CONFIG_FILE", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE",
        "AZURE_CONFIG_DIR", "OP_ACCOUNT", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "OP_SERVICE_ACCOUNT_TOKEN", "VAULT_ADDR",
        "VAULT_CACERT", "VAULT_NAMESPACE", "VAULT_TOKEN",
    ]
}

internal import Dial

extension SSHFailure {
    /// One word for a record: what went wrong, without any name or key.
    public var word: String {
        switch self {
        case .unreachable(.noSuchName): "no_such_host"
        case .unreachable(.refused): "connection_refused"
        case .unreachable(.timedOut), .timedOut(.connecting), .timedOut(.handshake), .timedOut(.authentication):
            "connect_timed_out"
        case .unreachable: "host_unreachable"
        case .timedOut(.session), .closedByServer(.session), .broken(.session, _), .closed: "connection_lost"
        case .notSSH: "not_ssh"
        case .flood: "server_floods"
        case .noCommonAlgorithm: "no_common_algorithm"
        case .broken: "protocol_broken"
        case .closedByServer: "closed_by_server"
        case .hostKeyUnknown: "host_key_unknown"
        case .hostKeyUnconfirmed: "host_key_unconfirmed"
        case .hostKeyChanged: "host_key_changed"
        case .hostKeyOfOtherKind: "host_key_of_other_kind"
        case .hostKeyRevoked: "host_key_revoked"
        case .hostKeyNotPinned: "host_key_mismatch"
        case .hostKeyUnreadable: "host_key_unreadable"
        case .knownHostsUnusable: "known_hosts_unusable"
        case .notAuthenticated: "not_authenticated"
        case .badText: "invalid_name"
        case .channelRefused: "channel_refused"
        case .noMemory: "out_of_memory"
        case .libraryMissing, .libraryLacks: "libssh2_missing"
        case .atJump(_, let failure): "jump_" + failure.word
        }
    }
}

import Sessions

/// Why a place cannot be used, in words.
extension Explanation {
    static func text(_ failure: PlaceFailure) -> String {
        switch failure {
        case .invalidName: "The container's name has characters no container's name can have, or is too long. Names match [A-Za-z0-9][A-Za-z0-9_.-]* and have at most 128 characters."
        case .programMissing: "The container engine's program (docker, or the one the operator named) is not in the operator's PATH."
        case .daemonUnreachable: "The container engine's daemon does not answer. It may not run, or be elsewhere (DOCKER_HOST)."
        case .daemonForbidden: "This user may not talk to the container engine's daemon."
        case .noSuchContainer: "There is no such container; it may have been removed."
        case .containerNotRunning(let state): "The container does not run: its state is \(state.rawValue). Start it first."
        case .noShell: "There is no POSIX shell in it that can be run (/bin/sh, or the one that was asked for)."
        case .noDirectory: "The directory to start in is not there, or cannot be entered."
        case .connectionLost: "The connection ended, though the place is still there."
        case .notSpawned(let error): "The program that reaches it could not be started: \(words(error))."
        case .system(let errno): "The system refused what the connection needs (errno \(errno))."
        case .other(_, let text): text
        }
    }

    static func word(_ failure: PlaceFailure) -> String {
        switch failure {
        case .invalidName: "invalid_name"
        case .programMissing: "engine_missing"
        case .daemonUnreachable: "daemon_unreachable"
        case .daemonForbidden: "daemon_forbidden"
        case .noSuchContainer: "no_such_container"
        case .containerNotRunning: "container_not_running"
        case .noShell: "no_shell"
        case .noDirectory: "no_directory"
        case .connectionLost: "connection_lost"
        case .notSpawned: "not_spawned"
        case .system(let errno): "system_error_\(errno)"
        case .other(let word, _): word
        }
    }
}

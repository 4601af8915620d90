internal import EventLoop

/// Ends a script's processes in another place, by a channel of its own: that of the script can carry no signal, and closing it
/// ends nothing there. Keeps itself until that is over.
final class SideEnding {
    private var channel: (any RemoteChannel)?

    /// Whole seconds from SIGTERM to SIGKILL, and what an answer to that may take at most.
    private static let grace = 5
    static let limit = Duration.seconds(15)

    /// - Parameter failed: called, later, when no channel could be had.
    init(of process: Int32, in place: any RemotePlace, failed: @escaping () -> Void) {
        place.openChannel(command: RemoteDriver.ending(process: process, grace: Self.grace)) { [self] result in
            guard case .success(let channel) = result else { return failed() }
            self.channel = channel
            channel.onEnd = { [self] _ in self.channel = nil }
            channel.closeInput()
        }
    }
}

internal import EventLoop
internal import Spawn

extension SessionTable {
    /// A running container for `createRemote`. Whether it runs is told by the session's start.
    public func container(_ options: DockerOptions) -> Result<DockerPlace, PlaceFailure> {
        DockerPlace.make(options, loop: loop, spawner: spawner, buffer: buffer)
    }
}

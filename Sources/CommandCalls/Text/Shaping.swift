package import LinearRegex

/// Work on a result that is done in steps, so that what a command printed never holds up other sessions.
///
/// What comes out does not depend on when the steps are made, as long as what is read does not change. A copy that was stepped
/// and let go before its work was done leaves nothing behind that the work, made anew, would not do again.
package protocol Shaping {
    associatedtype Output

    /// Does the next piece of the work, which takes about a millisecond. Nil while there is more to do.
    mutating func step() throws(SearchError) -> Output?
}

/// The same work on two streams, one after the other.
package struct BothStreams<Stream: Shaping>: Shaping {
    private var stdout: Stream
    private var stderr: Stream
    private var shapedStdout: Stream.Output?

    package init(stdout: Stream, stderr: Stream) {
        self.stdout = stdout
        self.stderr = stderr
    }

    package mutating func step() throws(SearchError) -> (stdout: Stream.Output, stderr: Stream.Output)? {
        guard let shapedStdout else {
            shapedStdout = try stdout.step()
            return nil
        }
        return try stderr.step().map { (shapedStdout, $0) }
    }
}

public import SSHClient
public import Sessions

extension PlaceFailure {
    /// Why there is no connection, or no channel, in the words of the place.
    public static func ssh(_ failure: SSHFailure) -> PlaceFailure {
        .other(word: failure.word, text: failure.explanation)
    }
}

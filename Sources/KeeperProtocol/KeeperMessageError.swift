/// Why a message cannot be read. Both ends come from one build, so each is a fault or an attack: close the stream.
public enum KeeperMessageError: Error, Equatable, Sendable {
    /// Not JSON, or not an object.
    case notJSON
    /// Written by another version of the protocol: one of the programs was replaced while the other ran.
    case otherVersion
    /// Neither a request nor a reply that this version knows.
    case unknownKind
    /// A part is missing, of another type, or out of its range.
    case malformed
    /// The number of secret bytes is not what the message says.
    case secretBytesDoNotFit
}

internal import PrivateFiles
internal import SSHClient
internal import SSHConfig

/// The operator's `config`, as text, with a way to what it includes. Pure where it is used: the files come through closures.
struct SSHConfigSource {
    var text: [UInt8]
    var files: SSHConfigFiles

    /// No `config`: every host means itself.
    static var none: SSHConfigSource { SSHConfigSource(text: [], files: .none) }

    /// The largest file that is read.
    static let largest = 1 << 20

    /// `config` in the operator's directory of keys. What it includes is read below that directory alone; the rest is passed
    /// over, as files that are not there are by ssh.
    ///
    /// - Parameter passedOver: told of an `Include` that is there, or may be, and was not read.
    static func read(_ keys: SSHKeyDirectory, passedOver: @escaping () -> Void) throws(SSHRefusal) -> SSHConfigSource {
        let text: [UInt8]
        do throws(FileError) {
            text = try keys.text("config", limit: largest)
        } catch {
            guard error.isMissing else { throw .configUnusable(error) }
            return .none
        }
        let files = SSHConfigFiles(
            read: { path in
                do throws(FileError) {
                    return try keys.text(path, limit: largest)
                } catch {
                    if !error.isMissing { passedOver() }
                    return nil
                }
            },
            list: { path in
                if !keys.holds(path + "/x") { passedOver() }
                return keys.list(path)
            })
        return SSHConfigSource(text: text, files: files)
    }
}

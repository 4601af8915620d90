import EventLoop
import SSHClient
import SecretIO
import SecretMemory
import Settings
import Spawn

/// The operator's password for logins, handed over on a descriptor: it stands in no argument, environment or file.
enum SSHPassword {
    static let descriptor: Int32 = 3
    private static let longest = 4096

    static var isHandedOver: Bool { ThisProcess.environmentText(Setting.sshPassword.name) == "fd3" }

    /// Whether nothing was handed over that was to be. Asked before anything of ours is opened and may get its number.
    static var isMissing: Bool { isHandedOver && !SecretIO.isOpen(descriptor) }

    static let failure = "\(Setting.sshPassword.name) is fd3, and no password could be read from descriptor 3: it is not open, is empty, "
        + "is longer than \(longest) bytes, or nothing came for 10 seconds."

    /// Reads it to its end, and closes the descriptor. One line end behind it is no part of it.
    static func read() throws(StartFailure) -> SecretBytes {
        do {
            let source = Descriptor(adopting: descriptor)
            let password = try SecretIO.readAll(source.rawValue, limit: longest, deadline: .idle(milliseconds: 10_000)).withoutLineEnd()
            if password.count > 0 { return password }
        } catch {
            throw StartFailure(text: failure)
        }
        throw StartFailure(text: failure)
    }
}

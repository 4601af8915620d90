internal import KeeperProtocol
internal import VaultStore

/// Why a request is not done, ready to be answered.
struct Refused: Error, Equatable {
    let refusal: Refusal

    init(_ code: Refusal.Code, _ message: String, keys: [String] = []) {
        refusal = Refusal(code, message, keys: keys)
    }

    /// Nothing was unlocked, and what the person does about it.
    static func locked(_ why: String = "The vault is locked.") -> Refused {
        Refused(.locked, "\(why) Ask the user to run `execkit unlock` in a terminal, then call again.")
    }
}

/// Runs calls of other rooms under this room's error.
func refusing<R: ~Copyable, E: Error>(_ body: () throws(E) -> R) throws(Refused) -> R {
    do throws(E) { return try body() } catch { throw Refused(error) }
}

/// Texts of a request that stand in a message.
enum Shown {
    /// A name, if it is one; what is none does not stand in a message.
    static func name(_ text: String) -> String { VaultNames.isName(text) ? text : "of that name" }

    static func folder(_ text: String) -> String { VaultNames.isFolder(text) && !text.isEmpty ? text : "of that name" }

    static func keys(_ keys: [String]) -> String {
        let named = keys.filter(VaultNames.isKey)
        return named.isEmpty ? "of that name" : named.joined(separator: ", ")
    }

    /// A path on one line, without what turns or hides text, at most 200 characters.
    static func path(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(200) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: shown += "?"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > 200 ? shown + "…" : shown
    }
}

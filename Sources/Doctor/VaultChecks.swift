import PrivateFiles
import Settings

// The program that holds the vault, and the vault.
extension Doctor {
    /// Nothing is started when the operator wants no vault.
    func vault(_ settings: Settings) -> [Finding] {
        guard settings.usesVault else { return [Finding(.program, "keeper", .off, "not asked: \(Setting.vault.name) is off")] }
        let place = settings.keeper?.text ?? "beside the program"
        switch surroundings.askKeeper(settings.keeper) {
        case .answered(let vault, let isUsable, let advice):
            return [
                Finding(.program, "keeper", .ok, "\(place); answers in this version"),
                Finding(.program, "vault", isUsable ? .ok : .warn, vault, advice: advice),
            ]
        case .missing:
            let advice = "execkit-keeper is not there; install it, or set \(Setting.vault.name)=off to do without secrets"
            return [Finding(.program, "keeper", settings.keeper == nil ? .warn : .broken, place, advice: advice)]
        case .failed(let reason): return [Finding(.program, "keeper", .broken, place, advice: reason)]
        }
    }
}

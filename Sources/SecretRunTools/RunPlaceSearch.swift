import KeeperClient
import KeeperProtocol

/// Finds out which project and environment a run means that does not name them, before anybody is asked about it.
///
/// What is in force stands in a file that an agent may be able to write. So what a person is shown is what is asked of the
/// keeper from then on, by its id.
struct RunPlaceSearch {
    let keeper: KeeperClient
    let origin: String

    /// Calls back with the same wish, placed as the keeper would place it; as it is where that is not clear, which the
    /// keeper then refuses in words of its own.
    func find(_ wish: RunWish, _ then: @escaping (RunWish) -> Void) {
        keeper.ask(.projects) { result in
            guard case .success(.projects(let projects)) = result else { return then(wish) }
            keeper.ask(.current(directory: origin)) { result in
                guard case .success(.current(let current)) = result else { return then(wish) }
                then(Self.placed(wish, projects, current))
            }
        }
    }

    static func placed(_ wish: RunWish, _ projects: [ProjectOutline], _ current: CurrentProject) -> RunWish {
        let found: ProjectOutline? =
            if let wanted = wish.project { projects.first { $0.id == wanted } ?? projects.first { $0.name == wanted } }
            else if current.file != nil { projects.first { $0.id == current.projectID } }
            else if projects.count == 1 { projects.first } else { nil }
        guard let project = found else { return wish }
        let standard = current.projectID == project.id ? current.environment : nil
        let only = project.environments.count == 1 ? project.environments.first?.name : nil
        guard let environment = wish.environment ?? standard ?? only else { return wish }
        var placed = wish
        (placed.project, placed.projectName, placed.environment) = (project.id, project.name, environment)
        return placed
    }
}

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
        find(project: wish.project, environment: wish.environment) { place in
            var placed = wish
            if let place { (placed.project, placed.projectName, placed.environment) = (place.project, place.name, place.environment) }
            then(placed)
        }
    }

    /// A project by its id, its name, and an environment.
    struct Place: Equatable {
        let project: String
        let name: String
        let environment: String
    }

    /// Calls back with nil where it is not clear.
    func find(project: String?, environment: String?, _ then: @escaping (Place?) -> Void) {
        keeper.ask(.projects) { result in
            guard case .success(.projects(let projects)) = result else { return then(nil) }
            keeper.ask(.current(directory: origin)) { result in
                guard case .success(.current(let current)) = result else { return then(nil) }
                then(Self.place(project, environment, projects, current))
            }
        }
    }

    static func place(
        _ project: String?, _ environment: String?, _ projects: [ProjectOutline], _ current: CurrentProject
    ) -> Place? {
        let found: ProjectOutline? =
            if let wanted = project { projects.first { $0.id == wanted } ?? projects.first { $0.name == wanted } }
            else if current.file != nil { projects.first { $0.id == current.projectID } }
            else if projects.count == 1 { projects.first } else { nil }
        guard let project = found else { return nil }
        let standard = current.projectID == project.id ? current.environment : nil
        let only = project.environments.count == 1 ? project.environments.first?.name : nil
        guard let environment = environment ?? standard ?? only else { return nil }
        return Place(project: project.id, name: project.name, environment: environment)
    }
}

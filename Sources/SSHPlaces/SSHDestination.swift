/// What a wish means, found out once: whoever is asked about it, and whatever becomes of the `config` meanwhile, this is what
/// is connected to.
public struct SSHDestination {
    let plan: SSHPlan
    let ground: SSHGround

    /// What is connected to in the end, not the alias.
    public var host: String { plan.host.host }
    public var port: UInt16 { plan.host.port }
    public var user: String { plan.host.user }

    /// Reads the `config`, and connects to nothing.
    public init(_ wish: SSHWish, ground: SSHGround) throws(SSHRefusal) {
        var passedOver = 0
        let config = try SSHConfigSource.read(ground.keys) { passedOver += 1 }
        var plan = try SSHPlanner(ground: ground, config: config).plan(wish)
        if passedOver > 0 {
            plan.notes.append(
                "The ssh config includes files outside the operator's key directory, or that others can write to, or links: "
                    + "they were not read.")
        }
        self.plan = plan
        self.ground = ground
    }
}

public import ArgumentParser
public import SecretText
public import VaultStore

// Values of the rooms that can be given as options.

extension SecretScope: ExpressibleByArgument {}
extension SecretValueType: ExpressibleByArgument {}
extension TextFormat: ExpressibleByArgument {}

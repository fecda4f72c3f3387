/// One load of the whole list of policies, an instance of each for every loop. Replaced as a whole, never in part.
// Immutable once made; set number i is handed to loop i alone, which is the only one to ask it.
@safe package final class PolicyEpoch: @unchecked Sendable {
  package let number: Int
  private let sets: [PolicySet]

  /// Throws when any policy rejects its settings: then no loop has seen anything of this epoch.
  init(number: Int, loops: Int, libraries: [(library: PolicyLibrary, settings: String)]) throws(PolicyError) {
    self.number = number
    var sets: [PolicySet] = []
    for _ in 0..<loops {
      var policies: [PolicyInstance] = []
      for (library, settings) in libraries { policies.append(try PolicyInstance(library, settings: settings)) }
      sets.append(PolicySet(epoch: number, policies: policies))
    }
    self.sets = sets
  }

  /// The set of one loop, to be asked by that loop alone.
  package func set(forLoop index: Int) -> PolicySet { sets[index] }
}

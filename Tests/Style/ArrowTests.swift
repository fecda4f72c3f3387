import Testing

@Suite struct `Arrows between modules` {
  @Test func `every arrow is one that was decided`() throws {
    for target in try PackageDescription.load().targets where target.type != "test" {
      guard let allowed = Arrows.allowed(for: target) else {
        Issue.record("\(target.name) has no line in Tests/Style/Arrows.swift")
        continue
      }
      #expect(Set(target.uses).subtracting(allowed) == [], "\(target.name) may use only \(allowed.sorted())")
    }
  }

  @Test(arguments: ["Postgres", "CPQ"])
  func `the edge command links no database client`(_ banned: String) throws {
    let uses = try PackageDescription.load().targets.reduce(into: [:]) { $0[$1.name] = $1.uses }
    var reached: Set<String> = []
    var open = ["moviesnow-edge"]
    while let name = open.popLast() {
      if reached.insert(name).inserted { open += uses[name] ?? [] }
    }
    #expect(!reached.contains(banned))
  }
}

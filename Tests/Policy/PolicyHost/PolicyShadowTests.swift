import PolicyHost
import Publication
import Support
import Testing

@Suite struct `A shadow of the policies` {
  private let library: TestLibrary

  init() throws { library = try TestLibrary() }

  private func set(_ name: String, _ defines: [String]) throws -> PolicySet {
    try library.load([PolicySource(name: name, path: library.compile(name, defines: defines))])
  }

  /// What a shadow's tally says after one question.
  private func difference(active: [String], shadow: [String]) throws -> [ShadowDifference] {
    let current = CurrentPolicies(try set("a", active), shadow: try set("s", shadow))
    let decision = current.decide(question())
    #expect(decision.isAllowed == !active.contains("VERDICT=POLICY_DENY"))
    let tally = try #require(current.shadow?.tally)
    #expect(tally.compared == 1)
    return Array(tally.differences.keys)
  }

  @Test func `that decides alike makes no difference`() throws {
    #expect(try difference(active: [], shadow: []).isEmpty)
  }

  @Test(arguments: [
    ([], ["VERDICT=POLICY_DENY"], ShadowDifference.Kind.refuses, "s/fixed"),
    (["VERDICT=POLICY_DENY"], [], .grants, "a/fixed"),
    (["VERDICT=POLICY_DENY"], ["VERDICT=POLICY_FAILED"], .refusesOtherwise, "s/failure"),
    ([], ["MAXIMUM=5"], .shortens, "s/fixed"),
    ([], ["MAXIMUM=9"], .lengthens, "s/fixed"),
  ])
  func `that decides otherwise is told by what a caller would notice, and by its rule`(
    _ active: [String], _ shadow: [String], _ kind: ShadowDifference.Kind, _ rule: String
  ) throws {
    let differences = try difference(active: active, shadow: shadow)
    #expect(differences.map(\.kind) == [kind] && differences.map(\.rule) == [rule])
  }

  @Test func `finds out by itself where the caller is`() throws {
    let standard = PolicySource.standard(in: TestLibrary.products)
    let current = CurrentPolicies(try library.load(standard), shadow: try library.load([standard[0]]))
    let request = question()
    request.addHeader("cf-ipcountry", "DE")
    #expect(current.decide(request).country?.description == "DE")
    #expect(current.shadow?.tally.differences.keys.contains { $0.kind == .placesElsewhere } == true)
  }

  @Test func `goes with the set that it was loaded with`() throws {
    let current = CurrentPolicies(try set("a", []), shadow: try set("s", []))
    current.replace(with: try set("b", []), shadow: nil)
    #expect(current.shadow == nil && current.decide(question()).limitedBy?.policy == "b")
  }

  @Test func `is activated and rolled back a step at a time`() {
    var lists = PolicyLists(active: [1])
    #expect(!lists.activate() && !lists.rollBack())
    lists.shadow = [2]
    #expect(lists.activate() && lists.active == [2] && lists.previous == [1] && lists.shadow == nil)
    lists.shadow = [3]
    #expect(lists.rollBack() && lists.active == [2] && lists.shadow == nil)
    #expect(lists.rollBack() && lists == PolicyLists(active: [1]))
  }
}

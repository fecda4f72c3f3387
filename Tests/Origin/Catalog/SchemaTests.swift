import Routing
import Testing

@testable import Catalog

@Suite struct `The catalogue's documented shapes` {
  /// The names of an object's members, those that may be absent with a question mark.
  private func members(_ schema: JSONSchema?) -> [String] {
    guard case .object(let members) = schema else { return [] }
    return members.map { $0.isRequired ? $0.name : "\($0.name)?" }
  }

  @Test func `an editor's title has every member of the contract`() {
    let names = members(JSONSchema(of: Title.self)).map { $0.filter { $0 != "?" } }
    let contract = """
      id type status name original_name slug is_published release_year release_date end_date popularity_score
      rating_average rating_count created_at updated_at deleted_at
      """
    #expect(Set(names).isSuperset(of: contract.split { $0 == " " || $0 == "\n" }.map(String.init)))
  }

  @Test func `a new title needs three members`() {
    let names = members(JSONSchema(of: TitleDraft.self))
    #expect(names.filter { !$0.hasSuffix("?") } == ["type", "name", "slug"] && names.count == 8)
    #expect(members(JSONSchema(of: TitleChanges.self)).count == 10)
  }

  @Test func `a summary and a detail have every member of the contract`() {
    let summary = members(JSONSchema(of: TitleSummary.self))
    #expect(Set(summary).isSuperset(of: ["id", "name", "year?", "poster_url?", "genres", "rating?"]))
    let detail = members(JSONSchema(of: TitleDetail.self))
    let more = ["synopsis?", "runtime_minutes?", "released_at?", "backdrop_url?", "tags"]
    #expect(Set(detail).isSuperset(of: more))
  }
}

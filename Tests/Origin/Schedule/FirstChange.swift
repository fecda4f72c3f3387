import Publication
import Vocabulary

@testable import Schedule

extension AvailabilityStore {
  /// As the first change that was ever published.
  func replace(_ title: TitleID, with availability: Availability) async throws -> PublicationChange {
    try await replace(title, with: availability) { kind, _ in PublicationChange(version: 1, kind: kind) }
  }
}

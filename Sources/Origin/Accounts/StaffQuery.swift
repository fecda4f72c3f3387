internal import Postgres
package import Routing

/// What an admin asks of the list of staff.
package struct StaffQuery: Decodable, Sendable {
  /// Without it: admins and superusers.
  package var role: Role?
  /// A part of the address, whatever its case.
  package var email: String?
  package var limit: Bounded<LimitBounds>?
  package var offset: Bounded<OffsetBounds>?

  package enum LimitBounds: Bounds { package static let range = 1...100 }
  package enum OffsetBounds: Bounds { package static let range = 0...100_000_000 }

  package init(role: Role? = nil) { self.role = role }

  var condition: SQL {
    let roles: SQL = if let role { "role = \(role)" } else { "role <> \(Role.user)" }
    guard let email else { return roles }
    return "\(roles) AND strpos(lower(email), lower(\(email))) > 0"
  }

  var page: Page { Page(count: limit?.value ?? 20, start: offset?.value ?? 0) }
}

/// Which part of the staff of one role.
struct StaffPageQuery: Decodable {
  var limit: Bounded<LimitBounds>?
  var offset: Bounded<StaffQuery.OffsetBounds>?

  enum LimitBounds: Bounds { static let range = 1...200 }

  var page: Page { Page(count: limit?.value ?? 50, start: offset?.value ?? 0) }
}

package struct Page: Sendable {
  let count: Int
  let start: Int
}

internal import Postgres
package import Routing

/// A user as staff see them.
package struct StaffMember: Codable, Sendable {
  package let id: String
  package let email: String
  @OrNull package var fullName: String?
  package let role: Role
  package let isActive: Bool
  package let createdAt: String

  init(_ row: Row) throws(PostgresError) {
    id = try row.get("id")
    email = try row.get("email")
    let fullName: String? = try row.get("full_name")
    _fullName = OrNull(wrappedValue: fullName)
    role = try row.get("role")
    isActive = try row.get("is_active")
    let created: Timestamp = try row.get("created_at")
    createdAt = created.iso8601
  }
}

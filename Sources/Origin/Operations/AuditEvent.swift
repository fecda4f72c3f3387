package import HTTP
internal import Postgres
package import Routing

/// Who did what to which path, and what came of it. Holds no secret.
package struct AuditEvent: Sendable {
  /// Made here, so that writing an event twice is writing it once.
  let id: UUIDv4
  let at: Timestamp
  package let action: String
  package let status: Status
  /// Nil when nobody was signed in.
  package let actorId: String?
  let address: String
  let userAgent: String?
  let path: String
  let requestId: String
  package let details: [String: String]

  package init(_ action: String, _ call: Call, _ status: Status) {
    id = .random()
    at = .now
    self.action = action
    self.status = status
    actorId = call.actorId
    address = "\(call.request.client.address)"
    userAgent = call.request.fields.first(.userAgent).map { String($0.prefix(512)) }
    path = String(decoding: call.request.path, as: UTF8.self)
    requestId = "\(call.request.id)"
    details = call.auditDetails
  }
}

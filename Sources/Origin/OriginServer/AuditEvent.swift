internal import HTTP
internal import Routing

/// Who did what to which path, with what came of it.
struct AuditEvent: Sendable {
  let action: String
  let actorId: String?
  let address: String
  let path: String
  let requestId: String
  let details: [String: String]

  init(_ action: String, _ call: Call) {
    self.action = action
    actorId = call.caller?.userId
    address = "\(call.request.client.address)"
    path = String(decoding: call.request.path, as: UTF8.self)
    requestId = "\(call.request.id)"
    details = call.auditDetails
  }
}

internal import HTTP
internal import Routing
internal import Signing

/// Who has which role, and who gives and takes it.
extension AccountsRoutes {
  var staff: [Route] {
    [
      Route(
        .get, "/api/v1/admin/staff", "List users by role", .adminRead(limit: .perMinute(30))
      ) { (_, query: StaffQuery) in try await accounts.staff(query) },
      Route(
        .get, "/api/v1/admin/staff/superusers", "List the superusers", .adminRead(limit: .perMinute(10))
      ) { (_, query: StaffPageQuery) in try await accounts.staff(.superuser, query.page) },
      Route(
        .get, "/api/v1/admin/staff/admins", "List the admins", .adminRead(limit: .perMinute(10))
      ) { (_, query: StaffPageQuery) in try await accounts.staff(.admin, query.page) },
      change("promote", "Make someone a superuser", lock: "promote") { _ in .promote },
      change("demote", "Make a superuser a user", lock: "demote") { _ in .demote },
      change("make-admin", "Make someone an admin", lock: "make_admin") {
        .makeAdmin(allowsDemotion: $0.allowDemotion ?? false)
      },
      change("remove-admin", "Make an admin a user", lock: "remove_admin") { _ in .removeAdmin },
    ]
  }

  private func change(
    _ name: String, _ summary: String, lock: String, _ step: @escaping (RoleInput) -> RoleChange
  ) -> Route {
    Route(
      .post, "/api/v1/admin/staff/{user_id}/\(name)", summary,
      .adminWrite(
        "STAFF_\(lock.uppercased())", limit: .perMinute(5), lock: "lock:admin_staff:\(lock):{user_id}")
    ) { (call, input: RoleInput) in
      // As the database writes it: in capital letters one's own id would pass for another's.
      guard let userID = call.request["user_id"].flatMap({ UUIDv4($0) })?.description else {
        throw Problem(.notFound, "User not found")
      }
      try requireReauth(input.reauthToken, of: call)
      let change = step(input)
      let role = change.outcome
      let (email, isNew) = try await answering {
        try await accounts.apply(change, to: userID, by: try signedIn(call))
      } adjusting: {
        $0 == .notPermitted ? Problem(.forbidden, "Insufficient permissions") : nil
      }
      call.auditDetails = ["user_id": userID, "role": role.rawValue]
      return RoleAnswer(
        message: isNew ? "Role changed to \(role.rawValue)" : "Already \(role.rawValue)",
        user: ["email": email.text], role: role)
    }
  }
}

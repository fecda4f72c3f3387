import HTTP
import Routing
import Testing

@testable import Accounts

@Suite struct `Staff roles` {
  @Test func `an admin makes and unmakes admins, and asking again changes nothing`() throws {
    try StaffFixture.run { house in
      let admin = try await house.add("admin", .admin)
      let user = try await house.add("user", .user)
      for (step, message, role) in [
        ("make-admin", "Role changed to ADMIN", Role.admin), ("make-admin", "Already ADMIN", .admin),
        ("remove-admin", "Role changed to USER", .user), ("remove-admin", "Already USER", .user),
      ] {
        let reply = try await house.step(step, user, by: admin)
        #expect(reply.status == 200 && reply["message"] == message)
        #expect(reply["user.email"] == "user@example.org" && reply["role"] == role.rawValue)
        #expect(try await house.role(of: user) == role)
      }
    }
  }

  @Test func `only a superuser makes or unmakes a superuser`() throws {
    try StaffFixture.run { house in
      let admin = try await house.add("admin", .admin)
      let root = try await house.add("root", .superuser)
      let other = try await house.add("other", .superuser)
      let user = try await house.add("user", .user)
      let refused = [
        try await house.step("promote", user, by: admin), try await house.step("promote", admin, by: admin),
        try await house.step("demote", root, by: admin),
        try await house.step("make-admin", root, by: admin, #","allow_demotion":true"#),
      ]
      #expect(refused.map(\.status) == [403, 400, 403, 403])
      #expect(refused[0]["detail"] == "Insufficient permissions")
      #expect(try await house.step("promote", user, by: root).status == 200)
      #expect(try await house.step("demote", other, by: root)["role"] == "USER")
      #expect(try await house.role(of: user) == .superuser)
    }
  }

  @Test func `a step starts at its own role, nobody changes themselves, and a superuser is no admin by mistake`() throws
  {
    try StaffFixture.run { house in
      let root = try await house.add("root", .superuser)
      let other = try await house.add("other", .superuser)
      let admin = try await house.add("admin", .admin)
      let refused = [
        try await house.step("demote", admin, by: root), try await house.step("remove-admin", other, by: root),
        try await house.step("make-admin", other, by: root), try await house.step("demote", root, by: root),
      ]
      #expect(refused.map(\.status) == [400, 400, 400, 400])
      #expect(
        refused.map { $0["detail"] } == [
          "Target is not SUPERUSER", "Target is not ADMIN",
          "Target is SUPERUSER; set allow_demotion=true to convert to ADMIN", "Cannot change your own role",
        ])
      // However their id is written.
      let inCapitals = try await house.post(
        "/admin/staff/\(root.id.uppercased())/demote", #"{"reauth_token":"\#(try await house.proof(of: root))"}"#,
        by: root)
      #expect(inCapitals.status == 400 && inCapitals["detail"] == "Cannot change your own role")
      #expect(try await house.role(of: root) == .superuser)
      let meant = try await house.step("make-admin", other, by: root, #","allow_demotion":true"#)
      #expect(meant.status == 200 && meant["role"] == "ADMIN")
    }
  }

  @Test func `a step wants a fresh proof of this caller's session, in the body or in X-Reauth`() throws {
    try StaffFixture.run { house in
      let admin = try await house.add("admin", .admin)
      let second = try await house.another(of: admin)
      let user = try await house.add("user", .user)
      let path = "/admin/staff/\(user.id)/make-admin"
      let none = try await house.post(path, "{}", by: admin)
      #expect(none.status == 400 && none["detail"] == "reauth_token required")
      #expect(none.fields.first(.xReauth) == "required")
      for token in [admin.access, try await house.proof(of: user), try await house.proof(of: second), "x"] {
        let reply = try await house.post(path, #"{"reauth_token":"\#(token)"}"#, by: admin)
        #expect(reply.status == 401 && reply["detail"] == "Invalid reauth token")
        #expect(reply.fields.first(.xReauth) == "required")
      }
      #expect(try await house.role(of: user) == .user)
      let field = try await house.post(path, "{}", by: admin, fields: [(.xReauth, try await house.proof(of: admin))])
      #expect(field.status == 200)
    }
  }

  @Test func `a new role holds at once, with the tokens that there are`() throws {
    try StaffFixture.run { house in
      let root = try await house.add("root", .superuser)
      let admin = try await house.add("admin", .admin)
      _ = try await house.step("remove-admin", admin, by: root)
      #expect(try await !house.accounts.authenticate(admin.access).isAdmin)
    }
  }

  @Test func `nobody by that id is a 404`() throws {
    try StaffFixture.run { house in
      let admin = try await house.add("admin", .admin)
      for id in ["00000000-0000-4000-8000-000000000000", "nobody"] {
        let body = #"{"reauth_token":"\#(try await house.proof(of: admin))"}"#
        let reply = try await house.post("/admin/staff/\(id)/make-admin", body, by: admin)
        #expect(reply.status == 404 && reply["detail"] == "User not found")
      }
    }
  }

  @Test func `are listed by role and part of the address, a page at a time, without secrets`() throws {
    try StaffFixture.run { house in
      let root = try await house.add("root", .superuser)
      for (name, role) in [("ann", Role.admin), ("bob", .admin), ("cy", .user)] { _ = try await house.add(name, role) }
      func emails(_ path: String) async throws -> [String] {
        try await house.get("/admin/staff\(path)", by: root).emails
      }
      #expect(try await emails("") == ["bob@example.org", "ann@example.org", "root@example.org"])
      #expect(try await emails("?role=USER") == ["cy@example.org"])
      #expect(try await emails("?email=ANN") == ["ann@example.org"])
      #expect(try await emails("?limit=1&offset=1") == ["ann@example.org"])
      #expect(try await emails("/admins") == ["bob@example.org", "ann@example.org"])
      #expect(try await emails("/superusers") == ["root@example.org"])
      let first = try await house.get("/admin/staff/superusers", by: root)
      #expect(first["0.id"] == root.id && first["0.role"] == "SUPERUSER" && first["0.is_active"] == "true")
      #expect(first["0.created_at"] != nil && first["0.password_hash"] == nil && first["0.totp_secret"] == nil)
      #expect(try await house.get("/admin/staff?limit=101", by: root).status == 422)
      #expect(try await house.get("/admin/staff?role=KING", by: root).status == 422)
    }
  }
}

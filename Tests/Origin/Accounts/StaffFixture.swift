import HTTP
import Postgres
import Routing
import Signing
import Support

@testable import Accounts

/// The slice's routes, called by someone who is signed in.
struct StaffFixture {
  let accounts: AccountRegistry
  let routes: RouteTable
  let tries = Tries()

  /// What was counted, in order.
  final class Tries {
    var names: [String] = []
    /// Whether the next one is too many.
    var areUsedUp = false
  }

  /// Someone with an open session that has a second factor.
  struct Member {
    let caller: Routing.Caller
    let access: String
    let secret: [UInt8]

    var id: String { caller.userId }
    var code: String { OneTimePassword(secret: secret).code(at: Timestamp.now.epochSeconds) }
  }

  static func run(_ body: @escaping (StaffFixture) async throws -> Void) throws {
    try withAccounts { accounts, _ in try await body(StaffFixture(accounts)) }
  }

  private init(_ accounts: AccountRegistry) {
    self.accounts = accounts
    let declared = AccountsRoutes(accounts) { [tries] name, _ in
      if tries.areUsedUp { throw Problem(.tooManyRequests) }
      tries.names.append(name)
    }
    routes = RouteTable(declared.routes)
  }

  func add(_ name: String, _ role: Role) async throws -> Member {
    let email = Email("\(name)@example.org")!
    let secret = RandomBytes.make(20)
    try await accounts.createStaff(email, adasPassword, totpSecret: Base32.encode(secret), role: role)
    let user = try await UserStore.find(email, in: accounts.postgres)!
    return try await open(user.id, secret)
  }

  /// Another session of the same user.
  func another(of member: Member) async throws -> Member { try await open(member.id, member.secret) }

  private func open(_ userID: String, _ secret: [UInt8]) async throws -> Member {
    let pair = try await accounts.postgres.transaction { [accounts] transaction in
      try await accounts.openSession(for: userID, mfa: true, from: somewhere, in: transaction)
    }
    return Member(caller: try await accounts.authenticate(pair.access), access: pair.access, secret: secret)
  }

  func post(
    _ path: String, _ json: String = "", by member: Member? = nil, fields: [(FieldName, String)] = []
  ) async throws -> Reply {
    Reply(try await routes.answer(.post, "/api/v1\(path)", json, caller: member?.caller, fields: fields).response)
  }

  func get(_ path: String, by member: Member) async throws -> Reply {
    Reply(try await routes.answer(.get, "/api/v1\(path)", caller: member.caller).response)
  }

  /// A proof of who the member is, by password.
  func proof(of member: Member) async throws -> String {
    let reply = try await post("/auth/reauth/password", #"{"password":"\#(adasPassword.text)"}"#, by: member)
    return reply["reauth_token"] ?? "none"
  }

  /// The member takes a step with someone's role, with a proof.
  func step(_ name: String, _ target: Member, by member: Member, _ more: String = "") async throws -> Reply {
    try await post(
      "/admin/staff/\(target.id)/\(name)", #"{"reauth_token":"\#(try await proof(of: member))"\#(more)}"#, by: member)
  }

  func role(of member: Member) async throws -> Role? {
    try await UserStore.find(id: member.id, in: accounts.postgres)?.role
  }

  struct Reply {
    let status: UInt16
    let fields: Fields
    private let json: JSONTree?

    init(_ response: Response) {
      status = response.status.code
      fields = response.fields
      json = JSONTree(Array(response.text.utf8))
    }

    subscript(_ path: String) -> String? { json?[path] }

    /// Of a list of users.
    var emails: [String] { (0..<10).compactMap { json?["\($0).email"] } }
  }
}

internal import FoundationEssentials
internal import Glibc

/// What listens where, and who may sign in: a table for people, dev.json for programs.
struct DevReport: Codable {
  let edge: String
  let origin: String
  let s3: String
  let ops: String
  let bucket: String
  let admin: StaffAccount

  init(edge: UInt16?, origin: UInt16?, s3: UInt16?, ops: UInt16?, admin: StaffAccount) {
    self.edge = Self.base(edge)
    self.origin = Self.base(origin)
    self.s3 = Self.base(s3)
    self.ops = Self.base(ops)
    bucket = DevSettings.bucket
    self.admin = admin
  }

  static func base(_ port: UInt16?) -> String { "http://127.0.0.1:\(port ?? 0)" }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  func show(_ folder: StateFolder) {
    print(
      """

      edge          \(edge)   what players and admins talk to
      origin        \(origin)   its API: \(origin)/docs
      object store  \(s3)   bucket \(bucket)
      ops           \(ops)   /metrics, and /readyz with its details
      admin         \(admin.email), password \(admin.password), TOTP secret \(admin.totpSecret)
      state         \(folder.path): all of the above in dev.json, mail in mail/, the log in log

      Try           make demo
                    curl -i \(edge)/api/v1/titles
      Stop          Ctrl-C
      """)
    fflush(nil)
  }
}

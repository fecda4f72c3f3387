internal import Accounts
internal import ArgumentParser
internal import Invocation
internal import Loop
internal import OriginServer
internal import Routing
internal import Signing

struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Make accounts in the origin's database; show their codes.",
    subcommands: [Create.self, Code.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a verified account with a second factor.",
      discussion: "Prints its password and its TOTP secret once: nothing else keeps them in clear.")

    @Argument(help: "The account's e-mail address.")
    var email: Email

    @Flag(help: "Lets it manage the catalogue.")
    var admin = false

    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
      let settings = try configuration.load(OriginSettings.init)
      let account = StaffAccount(email: email)
      let loop = EventLoop()
      try loop.run {
        do { try await account.create(admin ? .admin : .user, in: settings, on: loop) } catch AccountsError.emailTaken {
          throw CommandFailure("\(email): there is such an account already. Choose another address.")
        } catch {
          throw CommandFailure("DATABASE_URL: \(error). Is the database up, and `moviesnow migrate` done?")
        }
        print("email\t\(account.email)\npassword\t\(account.password)\ntotp\t\(account.uri)")
      }
    }
  }

  struct Code: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the code that an authenticator app shows now.",
      discussion: "Reads the TOTP secret, Base32, from standard input: an argument could be seen by others.")

    func run() throws {
      guard let secret = readLine().flatMap({ Base32.decode($0) }), !secret.isEmpty else {
        throw CommandFailure("Standard input must hold a TOTP secret in Base32.")
      }
      print(OneTimePassword(secret: secret).code(at: CivilTime.nowUnixSeconds))
    }
  }
}

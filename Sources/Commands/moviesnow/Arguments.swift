internal import Accounts
internal import ArgumentParser
internal import HTTP
internal import Publication
internal import Signing

// What an argument may be, beside texts and numbers. One that is nothing of the kind is refused with its option's help.

extension CivilTime: ExpressibleByArgument {
  package init?(argument: String) { self.init(iso8601: argument) }
}

extension CountryCode: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension Email: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension IPAddress: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension S3Addressing: ExpressibleByArgument {}

extension SigV4Field: ExpressibleByArgument {
  /// `name=value`; the value may hold more of `=`.
  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    self.init(String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }
}

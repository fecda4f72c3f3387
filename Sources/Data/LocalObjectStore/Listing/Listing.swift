internal import Signing

/// One page of ListObjectsV2.
struct Listing: Equatable {
  /// What is asked for. Prefix and delimiter are bytes, as keys are; an empty delimiter groups nothing.
  struct Query: Equatable {
    var prefix: [UInt8] = []
    var delimiter: [UInt8] = []
    var start = Position.beginning
    /// 0 to 1000 keys and groups together.
    var limit = 1_000
  }

  /// Where a page starts.
  enum Position: Equatable {
    case beginning
    case after(key: [UInt8])
    /// After everything that starts with these bytes.
    case past(group: [UInt8])
  }

  var objects: [ObjectRecord] = []
  /// Common prefixes, up to and with the delimiter.
  var groups: [[UInt8]] = []
  /// Where the next page starts; nil on the last one.
  var next: Position?
}

/// Continuation tokens: opaque to clients, so that nobody builds one.
extension Listing.Position {
  var token: String {
    switch self {
    case .beginning: ""
    case .after(let key): Base64.url.encode([UInt8(ascii: "k")] + key)
    case .past(let group): Base64.url.encode([UInt8(ascii: "g")] + group)
    }
  }

  init?(token: String) {
    guard let bytes = Base64.url.decode(token) else { return nil }
    switch bytes.first {
    case UInt8(ascii: "k"): self = .after(key: Array(bytes.dropFirst()))
    case UInt8(ascii: "g"): self = .past(group: Array(bytes.dropFirst()))
    default: return nil
    }
  }
}

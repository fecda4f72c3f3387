internal import Routing

/// Any JSON without a NUL in its texts: what a licence says beyond what we obey. Kept and shown as it came.
package indirect enum Rights: Hashable, Sendable {
  case null
  case flag(Bool)
  case whole(Int64)
  case number(Double)
  case text(String)
  case list([Rights])
  case members([String: Rights])
}

extension Rights: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let whole = try? value.decode(Int64.self) {
      self = .whole(whole)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(try Self.checked(text, decoder))
    } else if (try? decoder.unkeyedContainer()) != nil {
      self = .list(try value.decode([Rights].self))
    } else if (try? decoder.container(keyedBy: AnyName.self)) != nil {
      let members = try value.decode([String: Rights].self)
      for name in members.keys { _ = try Self.checked(name, decoder) }
      self = .members(members)
    } else {
      throw DecodingError.expected("a number that fits 64 bits", at: decoder.codingPath)
    }
  }

  /// PostgreSQL's jsonb cannot hold a NUL.
  private static func checked(_ text: String, _ decoder: any Decoder) throws -> String {
    guard text.utf8.contains(0) else { return text }
    throw DecodingError.expected("JSON without a NUL character", at: decoder.codingPath)
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .flag(let flag): try value.encode(flag)
    case .whole(let whole): try value.encode(whole)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .members(let members): try value.encode(members)
    }
  }
}

/// Some member's name.
private struct AnyName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

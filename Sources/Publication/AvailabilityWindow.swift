/// Where a window applies.
package enum Territory: Hashable, Sendable {
  case global
  case include([CountryCode])
  case exclude([CountryCode])
}

/// A span of time in which a title may be had: half-open, in Unix seconds.
package struct AvailabilityWindow: Hashable, Sendable {
  package let start: Int64
  /// Nil: it never closes.
  package let end: Int64?
  package let territory: Territory

  package init(start: Int64, end: Int64? = nil, territory: Territory = .global) {
    self.start = start
    self.end = end
    self.territory = territory
  }
}

extension AvailabilityWindow: Codable {
  private enum CodingKeys: String, CodingKey {
    case start = "window_start"
    case end = "window_end"
    case mode = "territory_mode"
    case countries
  }

  private enum Mode: String, Codable {
    case global = "GLOBAL"
    case include = "INCLUDE"
    case exclude = "EXCLUDE"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    start = try fields.decode(Int64.self, forKey: .start)
    end = try fields.decodeIfPresent(Int64.self, forKey: .end)
    territory =
      switch try fields.decode(Mode.self, forKey: .mode) {
      case .global: .global
      case .include: .include(try fields.decode([CountryCode].self, forKey: .countries))
      case .exclude: .exclude(try fields.decode([CountryCode].self, forKey: .countries))
      }
    if let end, end <= start {
      throw DecodingError.dataCorruptedError(forKey: .end, in: fields, debugDescription: "ends before it starts")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(start, forKey: .start)
    try fields.encodeIfPresent(end, forKey: .end)
    switch territory {
    case .global:
      try fields.encode(Mode.global, forKey: .mode)
    case .include(let countries):
      try fields.encode(Mode.include, forKey: .mode)
      try fields.encode(countries, forKey: .countries)
    case .exclude(let countries):
      try fields.encode(Mode.exclude, forKey: .mode)
      try fields.encode(countries, forKey: .countries)
    }
  }
}

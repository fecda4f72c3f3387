import HTTP
import Support
import Testing

@testable import Edge

/// Every member of every body that the edge reads itself, wrong in each way that it can be, over the wire.
@Suite struct `A wrong member of a body` {
  /// What is sent under a path of members, and what is expected there instead.
  private struct Wrong {
    let path: String
    let json: [String]
    let expected: String

    init(_ path: String, _ json: String..., expects expected: String) {
      (self.path, self.json, self.expected) = (path, json, expected)
    }
  }

  private static let wholeNumber = "a whole number, at least 1"
  private static let position = "a number from 0.0 to 1000000000.0"
  private static let count = "a whole number from 0 to 1000000000"
  private static let flag = "true or false"
  private static let text = "a string"

  private static func text(_ range: ClosedRange<Int>) -> String {
    "\(range.lowerBound) to \(range.upperBound) characters, none of them NUL"
  }

  private static func long(_ count: Int) -> String { "\"\(String(repeating: "x", count: count))\"" }

  private static let issuance = [
    Wrong("storage_key", "5", "true", "[]", "{}", expects: text),
    Wrong("ttl_seconds", "\"abc\"", "\"60\"", "true", "[]", expects: wholeNumber),
    Wrong("ttl_seconds", "1.5", "-1", "0", "1e-3", expects: wholeNumber),
    Wrong("attachment_filename", "5", "false", expects: text),
    Wrong("attachment_filename", long(256), expects: "at most 255 bytes"),
    Wrong("token", "5", "{}", expects: text),
    Wrong("token", "\"short\"", "\"with spaces in it, alas\"", expects: "16 to 128 letters, digits, _ or -"),
  ]

  private static let batch = [
    Wrong("ttl_seconds", "\"abc\"", "1.5", "true", "-1", "0", expects: wholeNumber),
    Wrong("items", "5", "{}", "\"x\"", expects: "an array"),
    Wrong("items.1", "5", "\"bundles/a/S01.zip\"", "[]", expects: "an object"),
    Wrong("items.1.storage_key", "5", expects: text),
    Wrong("items.1.attachment_filename", "true", expects: text),
    Wrong("items.1.attachment_filename", long(256), expects: "at most 255 bytes"),
    Wrong("items.1.token", "7", expects: text),
  ]

  private static let start =
    [
      Wrong("title_id", "5", expects: text),
      Wrong("title_id", "\"\"", long(129), expects: text(1...128)),
      Wrong("quality", "720", expects: text),
      Wrong("quality", "\"8K\"", expects: "one of auto, 240p, 480p, 720p, 1080p, 2160p"),
      Wrong("playback_type", "false", expects: text),
      Wrong("playback_type", long(17), expects: text(0...16)),
      Wrong("position_sec", "\"1\"", expects: "a number"),
      Wrong("position_sec", "-1", "1e10", expects: position),
      Wrong("device", "\"tv\"", expects: "an object"),
      Wrong("network", "[]", expects: "an object"),
      Wrong("network.type", "4", expects: text),
      Wrong("network.type", long(33), expects: text(0...32)),
    ]
    + ["platform", "os_name", "os_version", "model", "app_version", "sdk_version"].flatMap {
      [Wrong("device.\($0)", "1", expects: text), Wrong("device.\($0)", long(129), expects: text(0...128))]
    }
    + ["down_kbps", "up_kbps", "rtt_ms"].flatMap(counted("network."))

  private static let heartbeat =
    [
      Wrong("position_sec", "\"1\"", "true", "[]", expects: "a number"),
      Wrong("position_sec", "-0.5", "1e10", expects: position),
      Wrong("buffered_sec", "\"1\"", expects: "a number"),
      Wrong("buffered_sec", "-1", expects: position),
      Wrong("playing", "1", "\"true\"", expects: flag),
      Wrong("volume", "\"loud\"", expects: "a number"),
      Wrong("volume", "1.1", "-0.1", expects: "a number from 0.0 to 1.0"),
      Wrong("muted", "0", expects: flag),
      Wrong("fullscreen", "\"no\"", expects: flag),
      Wrong("cdn_node", "1", expects: text),
      Wrong("cdn_node", long(129), expects: text(0...128)),
    ]
    + ["bitrate_kbps", "dropped_frames", "stall_count", "rebuffer_duration_ms"].flatMap(counted(""))
    + ["width", "height"].flatMap { name in
      [
        Wrong(name, "\"1\"", expects: "a whole number"),
        Wrong(name, "0", "16385", "2.5", expects: "a whole number from 1 to 16384"),
      ]
    }

  private static func counted(_ parent: String) -> (String) -> [Wrong] {
    { name in
      [
        Wrong(parent + name, "\"1\"", "false", expects: "a whole number"),
        Wrong(parent + name, "-1", "1.5", "1e10", expects: count),
      ]
    }
  }

  private static func positions(_ names: String...) -> [Wrong] {
    names.flatMap {
      [Wrong($0, "\"1\"", "{}", expects: "a number"), Wrong($0, "-1", "1e10", expects: position)]
    }
  }

  private static let failure =
    [
      Wrong("code", "5", expects: text),
      Wrong("code", "\"\"", long(65), expects: text(1...64)),
      Wrong("message", "[]", expects: text),
      Wrong("message", "\"\"", long(2_001), expects: text(1...2_000)),
      Wrong("fatal", "\"yes\"", expects: flag),
    ] + positions("position_sec")

  private static let delivery = "/api/v1/delivery/"
  private static let session = "/api/v1/player/sessions/a-session/"
  private static let routes: [(target: String, wrong: [Wrong])] = [
    (delivery + "download-url", issuance), (delivery + "bundle-url", issuance),
    (delivery + "batch-download-urls", batch),
    ("/api/v1/player/sessions/start", start),
    (session + "heartbeat", heartbeat), (session + "pause", heartbeat), (session + "resume", heartbeat),
    (session + "seek", positions("from_sec", "to_sec")),
    (session + "complete", positions("position_sec", "duration_sec", "watched_sec")),
    (session + "error", failure),
  ]

  @Test func `is a 422 that names it and says what is expected`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage)
      for (target, wrongs) in Self.routes {
        for wrong in wrongs {
          for json in wrong.json {
            let answer = try await players.edge.post(target, Self.body(wrong.path, json))
            let what: Comment = "\(target) \(wrong.path): \(json.prefix(40)) \(answer.text)"
            #expect(answer.status == 422 && answer["title"] == "Validation error", what)
            #expect(answer["detail"] == "body.\(wrong.path): Expected \(wrong.expected)", what)
            let place = wrong.path.split(separator: ".").indices.map { answer["errors.0.loc.\($0 + 1)"] ?? "" }
            #expect(place.joined(separator: ".") == wrong.path, what)
          }
        }
      }
    }
  }

  @Test func `is a whole number however it is written, and null is as good as nothing`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage)
      for (json, lifetime) in [("1.0", "1"), ("1e3", "1000"), ("null", "600"), ("9007199254740993000", "604800")] {
        let body = "{\"storage_key\":\"bundles/a/S01.zip\",\"ttl_seconds\":\(json)}"
        let answer = try await players.edge.post(Self.delivery + "download-url", body)
        #expect(answer.status == 200 && answer["url"]?.hasSuffix("&for=\(lifetime)") == true, "\(json) \(answer.text)")
      }
    }
  }

  @Test func `is a 422 that names it when it is missing`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage)
      let missing = [
        (Self.delivery + "download-url", "storage_key"), (Self.delivery + "bundle-url", "storage_key"),
        (Self.delivery + "batch-download-urls", "items"), ("/api/v1/player/sessions/start", "title_id"),
        (Self.session + "heartbeat", "position_sec"), (Self.session + "seek", "from_sec"),
        (Self.session + "complete", "position_sec"), (Self.session + "error", "code"),
      ]
      for (target, name) in missing {
        for body in ["{}", "{\"\(name)\":null}"] {
          let answer = try await players.edge.post(target, body)
          #expect(
            answer.status == 422 && answer["detail"] == "body.\(name): Field required", "\(target) \(answer.text)")
        }
        let garbled = try await players.edge.post(target, "{\"\(name)\":")
        #expect(garbled.status == 400 && garbled["detail"]?.hasSuffix("from byte \(name.utf8.count + 4) on") == true)
      }
    }
  }

  /// An object with that member; of a batch's items it is the second one's.
  private static func body(_ path: String, _ json: String) -> String {
    var value = json
    for name in path.split(separator: ".").reversed() {
      value = name == "1" ? "[{\"storage_key\":\"bundles/a/S01.zip\"},\(value)]" : "{\"\(name)\":\(value)}"
    }
    return value
  }
}

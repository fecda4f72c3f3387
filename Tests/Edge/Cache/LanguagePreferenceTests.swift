@testable import Edge
import HTTP
import Testing

@Suite struct `What a client likes best to read, RFC 9110 §12.5.4` {
  @Test(arguments: [
    ("de", "de"), ("en;q=0.5, DE", "de"), ("en;q=0.5, de;q=0.7, fr;q=0.6", "de"), ("en ; q=0.2,\tde ; q=0.3", "de"),
    ("de, en", nil), ("en;q=0.5, de;q=0.5", nil), ("*", nil), ("de;q=0", nil), ("", nil), ("de;q=x", nil),
    ("de;q=0.5, en;q=0.5, fr", "fr"),
  ])
  func `is the one language that stands above all others`(value: String, language: String?) {
    #expect(LanguagePreference.favourite(of: Request(.get, "/", fields: [(.acceptLanguage, value)]).fields) == language)
  }

  @Test func `is given of what is kept, where an answer varies by language alone`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        let language = String((request.fields.first(.acceptLanguage) ?? "").prefix(2))
        return Response.shared(language).with("content-language", language)
          .with(.vary, request.path.text == "/alone" ? "accept-language" : "accept-language, x-screen")
      }
      for path in ["/alone", "/beside"] { _ = try await stage.get(path, (.acceptLanguage, "de")) }
      let wish: (FieldName, String) = (.acceptLanguage, "de, en;q=0.5")
      let alone = try await stage.get("/alone", wish)
      #expect(alone.isImmediate && alone.text == "de")
      #expect(try await !stage.get("/beside", wish).isImmediate)
    }
  }

  @Test func `does not lead into another country's answer`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in
        Response.shared("x", reuse: "country").with("content-language", "de").with(.vary, "accept-language")
      }
      _ = try await stage.get("/schedule", country: "DE", (.acceptLanguage, "de"))
      #expect(try await !stage.get("/schedule", country: "US", (.acceptLanguage, "de, en;q=0.5")).isImmediate)
    }
  }
}

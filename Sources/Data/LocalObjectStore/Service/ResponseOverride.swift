internal import HTTP

/// A field of GET's answer that the (signed) query may set instead of what was stored.
struct ResponseOverride {
  let queryName: String
  let field: FieldName

  static let all = [
    ResponseOverride(queryName: "response-content-type", field: .contentType),
    ResponseOverride(queryName: "response-content-language", field: "content-language"),
    ResponseOverride(queryName: "response-expires", field: .expires),
    ResponseOverride(queryName: "response-cache-control", field: .cacheControl),
    ResponseOverride(queryName: "response-content-disposition", field: .contentDisposition),
    ResponseOverride(queryName: "response-content-encoding", field: .contentEncoding),
  ]
}

internal import HTTP

/// What a request asks for, by its method, path and query. What we do not know is refused rather than ignored.
enum S3Operation {
  case listBuckets
  case createBucket(String)
  case headBucket(String)
  case deleteBucket(String)
  case locateBucket(String)
  case listObjects(String)
  case get(ObjectAddress)
  case put(ObjectAddress)
  case delete(ObjectAddress)
  case createUpload(ObjectAddress)
  case putPart(ObjectAddress, upload: String, number: Int)
  case listParts(ObjectAddress, upload: String)
  case completeUpload(ObjectAddress, upload: String)
  case abortUpload(ObjectAddress, upload: String)

  init(_ request: Request) throws(S3Error) {
    let query = S3Query(request)
    switch try S3Target(path: request.path) {
    case .service:
      guard request.method == .get else { throw .methodNotAllowed }
      try query.allow([])
      self = .listBuckets
    case .bucket(let bucket): try self.init(request.method, bucket: bucket, query)
    case .object(let bucket, let key):
      try self.init(request.method, ObjectAddress(bucket: bucket, key: key), query)
    }
  }

  private init(_ method: Method, bucket: String, _ query: S3Query) throws(S3Error) {
    switch method {
    case .put:
      try query.allow([])
      self = .createBucket(bucket)
    case .head:
      try query.allow([])
      self = .headBucket(bucket)
    case .delete:
      try query.allow([])
      self = .deleteBucket(bucket)
    case .get where query.contains("location"):
      try query.allow(["location"])
      self = .locateBucket(bucket)
    case .get where query.first("list-type") == "2":
      try query.allow([
        "list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type",
        "fetch-owner",
      ])
      self = .listObjects(bucket)
    case .get, .post: throw .notImplemented(query.names.first ?? "ListObjects of version 1")
    default: throw .methodNotAllowed
    }
  }

  private init(_ method: Method, _ address: ObjectAddress, _ query: S3Query) throws(S3Error) {
    if let upload = query.first("uploadId") {
      try self.init(method, address, upload: upload, query)
      return
    }
    switch method {
    case .get, .head:
      try query.allow(Set(ResponseOverride.all.map(\.queryName)))
      self = .get(address)
    case .put:
      try query.allow([])
      self = .put(address)
    case .delete:
      try query.allow([])
      self = .delete(address)
    case .post where query.contains("uploads"):
      try query.allow(["uploads"])
      self = .createUpload(address)
    case .post: throw .notImplemented(query.names.first ?? "POST of an object")
    default: throw .methodNotAllowed
    }
  }

  private init(_ method: Method, _ address: ObjectAddress, upload: String, _ query: S3Query) throws(S3Error) {
    switch method {
    case .put:
      try query.allow(["uploadId", "partNumber"])
      guard let number = query.first("partNumber").flatMap({ Int($0) }), (1...10_000).contains(number) else {
        throw .invalidArgument("Part number must be an integer between 1 and 10000, inclusive")
      }
      self = .putPart(address, upload: upload, number: number)
    case .get:
      try query.allow(["uploadId", "part-number-marker", "max-parts"])
      self = .listParts(address, upload: upload)
    case .post:
      try query.allow(["uploadId"])
      self = .completeUpload(address, upload: upload)
    case .delete:
      try query.allow(["uploadId"])
      self = .abortUpload(address, upload: upload)
    default: throw .methodNotAllowed
    }
  }
}

struct ObjectAddress: Equatable, Sendable {
  var bucket: String
  var key: ObjectKey
}

/// A query's items without those of the signature.
struct S3Query {
  private let items: [(name: String, value: String)]

  init(_ request: Request) {
    // `x-id` only names the operation, for logs.
    items = request.queryItems.map { ($0.name, $0.value) }.filter { !$0.name.hasPrefix("X-Amz-") && $0.name != "x-id" }
  }

  var names: [String] { items.map(\.name) }

  func first(_ name: String) -> String? { items.first { $0.name == name }?.value }

  func contains(_ name: String) -> Bool { first(name) != nil }

  func allow(_ known: Set<String>) throws(S3Error) {
    for name in names where !known.contains(name) { throw .notImplemented("The query item \(name)") }
  }
}

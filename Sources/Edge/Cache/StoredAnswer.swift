internal import HTTP
internal import Loop
internal import Publication
internal import Synchronization

/// An answer of the origin that is kept, ready to be sent: its fields are rendered, those of a 304 too.
final class StoredAnswer: Sendable {
  let key: CacheKey
  let variation: Variation
  let status: Status
  /// As the origin sent them.
  let origin: Fields
  let content: StoredContent
  let freshness: Freshness
  /// When the origin was asked: a purge that came later has reached it.
  let askedAt: Instant
  let tags: [String]
  let needsPublicKey: Bool
  /// As clients get them.
  private let fields: Fields
  private let notModifiedFields: Fields
  private let validators: Validators
  private let holdOff = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - origin: its fields, with what it says to the edge alone.
  ///   - fields: those for clients.
  init(
    _ key: CacheKey, _ variation: Variation, _ status: Status, origin: Fields, fields: Fields,
    _ content: StoredContent, _ freshness: Freshness, askedAt: Instant
  ) {
    self.key = key
    self.variation = variation
    self.status = status
    self.origin = origin
    self.content = content
    self.freshness = freshness
    self.askedAt = askedAt
    self.fields = fields
    tags = (origin.combined(.cacheTag) ?? "").utf8.split(separator: UInt8(ascii: ",")).map { $0.trimmedOWS.text }
    needsPublicKey = origin.needsPublicKey
    validators = Validators(
      etag: origin.bytes(.etag).flatMap { ETag(parsing: $0) },
      lastModified: origin.bytes(.lastModified).flatMap { HTTPDate($0) })
    notModifiedFields = fields.forNotModified
  }

  /// The same, stale from now on; its windows of staleness begin.
  func stale(at now: Instant) -> StoredAnswer {
    StoredAnswer(
      key, variation, status, origin: origin, fields: fields, content, freshness.ended(at: now), askedAt: askedAt)
  }

  /// What it takes in memory, in bytes; the tables' share is an estimate.
  var size: Int {
    let fieldsSize = origin.bytes.count + fields.bytes.count + notModifiedFields.bytes.count
    return 1024 + key.bytes.count + content.memory + fieldsSize
  }

  /// The origin has just failed to validate it: until then nobody asks again.
  var heldOffUntil: Instant {
    get { Instant(nanoseconds: holdOff.load(ordering: .relaxed)) }
    set { holdOff.store(newValue.nanoseconds, ordering: .relaxed) }
  }

  /// The answer without asking the origin.
  func hit(for request: Request, at now: Instant) -> Response {
    var response = response(to: request, at: now)
    response.hitTTL = freshness.secondsLeft(at: now)
    return response
  }

  /// The answer to this request at this moment: the part that it asks for, and no body for whoever has it already.
  func response(to request: Request, at now: Instant) -> Response {
    var response = Response(status, fields: fields, body: content.body)
    if status.isSuccess {
      switch Conditions.evaluate(request, against: validators) {
      case .proceed: narrow(&response, for: request)
      case .notModified: response = Response(.notModified, fields: notModifiedFields)
      case .preconditionFailed: return Problem(.preconditionFailed).response(instance: request.id)
      }
    }
    response.age = freshness.ageSeconds(at: now)
    return response
  }

  /// To one range; whoever asks for several gets the whole, as RFC 9110 §14.2 allows.
  private func narrow(_ response: inout Response, for request: Request) {
    guard status == .ok, request.fields.contains(.range) else { return }
    switch RangeSelection(request, length: content.count, validators: validators) {
    case .whole: break
    case .partial(let ranges):
      guard ranges.count == 1, let range = ranges.first else { return }
      response.status = .partialContent
      response.fields.append(.contentRange, range.contentRange(of: content.count))
      response.body = content.body(of: range)
    case .unsatisfiable:
      response = Problem(.rangeNotSatisfiable).with(.contentRange, ByteRange.unsatisfiable(of: content.count))
        .response(instance: request.id)
    }
  }

  /// Asks the origin whether this is still its answer. Source: RFC 9111 §4.3.1.
  func addConditions(to fields: inout Fields) {
    if let etag = validators.etag { fields.append(.ifNoneMatch, etag.bytes) }
    if let date = validators.lastModified { fields.append(.ifModifiedSince, "\(date)") }
  }
}

extension Fields {
  /// Of the origin's answer.
  var needsPublicKey: Bool { listContains(.edgeReuse, EdgeReuse.publicKey.rawValue) }

  /// Those that describe no content. Source: RFC 9110 §15.4.5.
  fileprivate var forNotModified: Fields {
    var kept = self
    for name: FieldName in [.contentType, .contentEncoding, .contentDisposition, .contentRange, "content-language"] {
      kept.remove(name)
    }
    return kept
  }

  /// A stored answer's fields after the origin has said that they stand: its new ones replace theirs, but for those
  /// that describe the content. Source: RFC 9111 §3.2.
  func updated(by notModified: Fields) -> Fields {
    let news = notModified.forNotModified
    var updated = self
    var names: Set<FieldName> = []
    news.forEach { name, _ in FieldName(token: name.text).map { _ = names.insert($0) } }
    for name in names { updated.remove(name) }
    updated.append(news)
    return updated
  }
}

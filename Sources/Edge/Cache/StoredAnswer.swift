internal import HTTP
internal import Loop
internal import Publication
internal import Synchronization

/// An answer of the origin that is kept, ready to be sent in every coding that was wanted.
final class StoredAnswer: Sendable {
  let key: CacheKey
  let variation: Variation
  let status: Status
  /// As the origin sent them.
  let origin: Fields
  let content: StoredContent
  /// Which part of the whole the content is; nil: all of it.
  let part: ContentPart?
  let freshness: Freshness
  /// When the origin was asked: a purge that came later has reached it.
  let askedAt: Instant
  let tags: [String]
  let needsPublicKey: Bool
  private let plain: AnswerForm
  private let isCodable: Bool
  private let coded = Mutex<[ContentCoding: AnswerForm]>([:])
  private let holdOff = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - origin: its fields, with what it says to the edge alone.
  ///   - fields: those for clients.
  init(
    _ key: CacheKey, _ variation: Variation, _ status: Status, origin: Fields, fields: Fields,
    _ content: StoredContent, part: ContentPart? = nil, _ freshness: Freshness, askedAt: Instant
  ) {
    self.key = key
    self.variation = variation
    self.status = status
    self.origin = origin
    self.content = content
    self.part = part
    self.freshness = freshness
    self.askedAt = askedAt
    tags = (origin.combined(.cacheTag) ?? "").utf8.split(separator: UInt8(ascii: ",")).map { $0.trimmedOWS.text }
    needsPublicKey = origin.needsPublicKey
    isCodable = part == nil && content.codings != nil && CodingRule.permits(status, fields, length: content.count)
    plain = AnswerForm(fields, content, isCodable: isCodable)
  }

  /// As clients get them, uncoded.
  var clientFields: Fields { plain.fields }

  /// The same, stale from now on; its windows of staleness begin.
  func stale(at now: Instant) -> StoredAnswer {
    StoredAnswer(
      key, variation, status, origin: origin, fields: clientFields, content, part: part, freshness.ended(at: now),
      askedAt: askedAt)
  }

  /// What it takes in memory, in bytes; the tables' share is an estimate.
  var size: Int {
    let formSize = plain.fields.bytes.count + plain.notModifiedFields.bytes.count
    let forms = isCodable ? 1 + ContentCoding.allCases.count : 1
    return 1024 + key.bytes.count + content.memory + origin.bytes.count + forms * formSize
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
    let form = form(for: request)
    return response(to: request, as: form, length: part?.total ?? form.content.count, at: now) { range in
      guard let range else { return form.content.body }
      return form.content.body(of: ByteRange(first: range.first - (part?.first ?? 0), count: range.count))
    }
  }

  /// The same around content that is still coming.
  func response(to request: Request, at now: Instant, from filling: Filling) -> Response {
    response(to: request, as: plain, length: filling.length, at: now) { filling.body(of: $0) }
  }

  /// - Parameters:
  ///   - length: of the whole representation, in bytes. While it is not known, all is given: RFC 9110 §14.2 allows it.
  ///   - body: all of it, or one range.
  private func response(
    to request: Request, as form: AnswerForm, length: Int?, at now: Instant, _ body: (ByteRange?) -> Body
  ) -> Response {
    var response: Response
    switch status.isSuccess ? Conditions.evaluate(request, against: form.validators) : .proceed {
    case .proceed: response = content(for: request, as: form, length: length, body)
    case .notModified: response = Response(.notModified, fields: form.notModifiedFields)
    case .preconditionFailed: return Self.refusal(.preconditionFailed).response(instance: request.id)
    }
    response.age = freshness.ageSeconds(at: now)
    return response
  }

  /// The one that the request prefers, if it is made already.
  private func form(for request: Request) -> AnswerForm {
    guard isCodable, let coding = ContentCoding(preferredBy: request.fields) else { return plain }
    if let form = coded.withLock({ $0[coding] }) { return form }
    guard case .made(let bytes)? = content.codings?.find(coding) else { return plain }
    let form = plain.coded(coding, bytes)
    coded.withLock { $0[coding] = form }
    return form
  }

  /// One range, or all; whoever asks for several gets all, as RFC 9110 §14.2 allows.
  private func content(
    for request: Request, as form: AnswerForm, length: Int?, _ body: (ByteRange?) -> Body
  ) -> Response {
    if status == .ok, let length, request.has(.range) {
      switch RangeSelection(request, length: length, validators: form.validators) {
      case .partial(let ranges) where ranges.count == 1:
        var response = Response(.partialContent, fields: form.fields, body: body(ranges[0]))
        response.fields.append(.contentRange, ranges[0].contentRange(of: length))
        return response
      case .whole, .partial: break
      case .unsatisfiable:
        return Self.refusal(.rangeNotSatisfiable).with(.contentRange, ByteRange.unsatisfiable(of: length))
          .response(instance: request.id)
      }
    }
    return Response(status, fields: form.fields, body: body(nil))
  }

  /// In the origin's place: who has come this way gets the rest marked too.
  private static func refusal(_ status: Status) -> Problem { Problem(status).with(.via, Upstream.via) }

  /// All that the request asks for is here.
  func serves(_ request: Request) -> Bool {
    guard content.file?.isDiscarded != true else { return false }
    guard let part else { return true }
    guard case .partial(let ranges) = RangeSelection(request, length: part.total, validators: plain.validators) else {
      return false
    }
    return ranges.count == 1 && part.holds(ranges[0])
  }

  var etag: ETag? { plain.validators.etag }

  /// Asks the origin whether this is still its answer, or for what is missing of it. Source: RFC 9111 §4.3.1, §3.3.
  func addConditions(to fields: inout Fields) {
    if let part {
      guard let missing = part.missing else { return }
      fields.append(.range, missing)
      if let etag, !etag.isWeak { fields.append(.ifRange, etag.bytes) }
      return
    }
    if let etag { fields.append(.ifNoneMatch, etag.bytes) }
    if let date = plain.validators.lastModified { fields.append(.ifModifiedSince, "\(date)") }
  }
}

extension Fields {
  /// Of the origin's answer.
  var needsPublicKey: Bool { listContains(.edgeReuse, EdgeReuse.publicKey.rawValue) }

  /// Those that describe no content. Source: RFC 9110 §15.4.5.
  var forNotModified: Fields {
    var kept = self
    for name: FieldName in [.contentType, .contentEncoding, .contentDisposition, .contentRange, "content-language"] {
      kept.remove(name)
    }
    return kept
  }

  /// A stored answer's fields after the origin has said that they stand: its new ones replace theirs, but for those
  /// that describe how the content is stored. Source: RFC 9111 §3.2.
  func updated(by news: Fields) -> Fields {
    var updated = self
    var news = news
    for name: FieldName in [.contentLength, .contentEncoding, .contentType, .contentRange] { news.remove(name) }
    var names: Set<FieldName> = []
    news.forEach { name, _ in FieldName(token: name.text).map { _ = names.insert($0) } }
    for name in names { updated.remove(name) }
    updated.append(news)
    return updated
  }
}

/// Can tell a request's client something before its answer. Source: RFC 9110 §15.2.
package protocol Announcing: AnyObject {
  /// An interim answer, for the request under way; nothing happens where a client would not understand it, or where the
  /// answer has begun.
  func announce(_ status: Status, _ fields: Fields)
}

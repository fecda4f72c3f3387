/// The bounds of a message's head.
package struct HeadLimits: Sendable {
  /// The request target, in bytes: a batch of filters fits, a novel does not. Beyond it: 414.
  package var targetSize = 8 * 1024
  /// Start line and fields together, in bytes, which holds cookies and a JWT. Beyond it: 431.
  package var headSize = 16 * 1024
  /// Fields cost a scan each. Beyond it: 431.
  package var fieldCount = 100

  package init() {}
}

internal import PolicyHost
package import Publication

/// What the origin publishes, as this loop obeys it. Nothing is known until the whole was read once.
package final class PublicationMirror {
  package private(set) var state: PublishedState?
  /// Laid out for policies when they are first asked for, and kept until they change.
  private var layouts: [String: PolicyWindows] = [:]

  package init(_ state: PublishedState? = nil) { self.state = state }

  package func replace(with state: PublishedState) {
    self.state = state
    layouts = [:]
  }

  /// A gap when the whole must be read: changes were lost, or nothing is known yet.
  package func apply(_ change: PublicationChange) -> PublishedState.Progress {
    guard let progress = state?.apply(change) else { return .gap }
    if progress == .applied {
      switch change.kind {
      case .availability(let title, _), .titleRemoved(let title): layouts[title] = nil
      case .expiry, .revoked, .restored: break
      }
    }
    return progress
  }

  /// Nil: the title is not known here.
  func windows(ofTitle title: String) -> PolicyWindows? {
    if let known = layouts[title] { return known }
    guard let windows = state?.windows(ofTitle: title) else { return nil }
    let layout = PolicyWindows(windows)
    layouts[title] = layout
    return layout
  }
}

/// A queue over one array: the front moves, and the array is compacted when half of it is spent.
struct FIFO<Element> {
  private var elements: [Element?] = []
  private var front = 0

  var count: Int { elements.count - front }
  var isEmpty: Bool { count == 0 }
  var first: Element? { isEmpty ? nil : elements[front] }

  /// What `transform` makes of the first element that it does not pass over with nil.
  func first<Found>(_ transform: (Element) -> Found?) -> Found? {
    for case let element? in elements[front...] {
      if let found = transform(element) { return found }
    }
    return nil
  }

  mutating func append(_ element: Element) { elements.append(element) }

  @discardableResult
  mutating func popFirst() -> Element? {
    guard let element = first else { return nil }
    elements[front] = nil
    front += 1
    if front * 2 >= elements.count {
      elements.removeFirst(front)
      front = 0
    }
    return element
  }

  mutating func removeAll(where matches: (Element) -> Bool) {
    elements = elements[front...].filter { element in element.map { !matches($0) } ?? false }
    front = 0
  }

  /// Every element in order; the queue is empty afterwards.
  mutating func drain() -> [Element] {
    defer { self = FIFO() }
    return elements[front...].compactMap { $0 }
  }
}

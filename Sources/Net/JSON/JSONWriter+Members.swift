/// Whole members of an object in one call. A nil value leaves the member out; `fieldOrNull` writes null.
extension JSONWriter {
  package mutating func field(_ name: String, _ text: String?) {
    guard let text else { return }
    self.name(name)
    value(text)
  }

  package mutating func field(_ name: String, _ number: (some FixedWidthInteger)?) {
    guard let number else { return }
    self.name(name)
    value(number)
  }

  package mutating func field(_ name: String, _ number: Double?) {
    guard let number else { return }
    self.name(name)
    value(number)
  }

  package mutating func field(_ name: String, _ flag: Bool?) {
    guard let flag else { return }
    self.name(name)
    value(flag)
  }

  package mutating func field(_ name: String, _ texts: [String]) {
    self.name(name)
    array { array in texts.forEach { array.value($0) } }
  }

  package mutating func fieldOrNull(_ name: String, _ text: String?) {
    self.name(name)
    if let text { value(text) } else { null() }
  }

  package mutating func fieldOrNull(_ name: String, _ number: (some FixedWidthInteger)?) {
    self.name(name)
    if let number { value(number) } else { null() }
  }
}

internal import PolicyABI

/// An instance's rules and headers as C sees them. Owns every byte until the instance goes.
@safe final class Description {
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let rules: UnsafeMutableBufferPointer<policy_rule>
  private let headers: UnsafeMutableBufferPointer<policy_string>

  init(rules: [Rule], headers: [String]) {
    let texts = rules.flatMap { [$0.name, $0.reason] } + headers
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: texts.reduce(0) { $0 + $1.utf8.count })
    _ = unsafe bytes.initialize(from: texts.flatMap { Array($0.utf8) })
    var used = 0
    func next(_ text: String) -> policy_string {
      defer { used += text.utf8.count }
      let start = unsafe bytes.baseAddress.map { unsafe UnsafePointer($0 + used) }
      return unsafe policy_string(bytes: start, count: text.utf8.count)
    }
    unsafe self.bytes = bytes
    unsafe self.rules = .allocate(capacity: rules.count)
    _ = unsafe self.rules.initialize(
      from: rules.map { rule in
        let name = unsafe next(rule.name)
        return unsafe policy_rule(name: name, reason: next(rule.reason))
      })
    unsafe self.headers = .allocate(capacity: headers.count)
    _ = unsafe self.headers.initialize(from: headers.map { unsafe next($0) })
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe rules.deallocate()
    unsafe headers.deallocate()
  }

  func fill(_ description: UnsafeMutablePointer<policy_description>) {
    unsafe description.pointee.rules = UnsafePointer(rules.baseAddress)
    unsafe description.pointee.rule_count = rules.count
    unsafe description.pointee.headers = UnsafePointer(headers.baseAddress)
    unsafe description.pointee.header_count = headers.count
  }
}

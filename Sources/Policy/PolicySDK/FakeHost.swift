internal import PolicyABI

/// A host for the tests of a policy's author: one instance, asked through the same C table as in production.
@safe public final class FakeHost<Rules: PolicyRules> {
  /// A request in plain values.
  public struct Question {
    public var key: String
    public var purpose: Purpose = .download
    public var country: Country?
    public var now: Int64 = 0
    public var lifetime: Int64 = 300
    public var title = ""
    public var windows: [(start: Int64, end: Int64, place: Place)] = []
    public var headers: [(name: String, value: String)] = []
    /// 4 or 16 bytes.
    public var address: [UInt8] = []

    public init(key: String = "") { self.key = key }
  }

  /// Where a window applies.
  public enum Place {
    case everywhere
    case only([Country])
    case allBut([Country])
  }

  public let rules: [Rule]
  private let table: UnsafePointer<policy_plugin>
  private let instance: OpaquePointer

  /// Throws `SettingsRefused` with the line that an operator would read.
  public init(settings: String = "{}") throws {
    let table = unsafe PolicyEntry.table(for: Rules.self)
    var line = [UInt8](repeating: 0, count: 512)
    var count = 0
    var settings = settings
    let instance = settings.withUTF8 { text in
      unsafe line.withUnsafeMutableBufferPointer { room in
        var why = unsafe policy_message(bytes: room.baseAddress, capacity: room.count, count: 0)
        defer { unsafe count = why.count }
        return unsafe table.pointee.create(table, policy_string(bytes: text.baseAddress, count: text.count), &why)
      }
    }
    guard let instance = unsafe instance else {
      throw SettingsRefused(String(decoding: line.prefix(count), as: UTF8.self))
    }
    unsafe self.table = table
    unsafe self.instance = instance
    rules = unsafe Instance.held(instance).described
  }

  deinit { unsafe table.pointee.destroy(instance) }

  public func classify(_ question: Question) throws(HookFailed) -> Classification? {
    unsafe try country(table.pointee.classify, question)
  }

  public func vary(_ question: Question) throws(HookFailed) -> Classification? {
    unsafe try country(table.pointee.vary, question)
  }

  private func country(_ hook: Hook?, _ question: Question) throws(HookFailed) -> Classification? {
    guard let answer = unsafe try ask(hook, question) else { return nil }
    return Country(answer.values.country).map { Classification($0, by: Int(answer.values.rule)) }
  }

  public func authorize(_ question: Question) throws(HookFailed) -> Verdict {
    guard let answer = unsafe try ask(table.pointee.authorize, question) else { return .abstain }
    let rule = Int(answer.values.rule)
    return answer.outcome == POLICY_DENY ? .deny(by: rule) : .allow(by: rule)
  }

  public func limit(_ question: Question) throws(HookFailed) -> Bounds? {
    guard let answer = unsafe try ask(table.pointee.limit, question)?.values else { return nil }
    return Bounds(
      minimum: answer.minimum == 0 ? nil : answer.minimum, maximum: answer.maximum == 0 ? nil : answer.maximum,
      by: Int(answer.rule))
  }

  private func ask(
    _ hook: Hook?, _ question: Question
  ) throws(HookFailed) -> (outcome: Int, values: policy_answer)? {
    guard let hook = unsafe hook else { return nil }
    let layout = Layout(question)
    var answer = policy_answer()
    answer.size = MemoryLayout<policy_answer>.size
    let outcome = unsafe withUnsafePointer(to: layout.request) { unsafe hook(instance, $0, &answer) }
    switch Int(outcome) {
    case POLICY_ABSTAIN: return nil
    // As the host does: a rule that is not described is a failure.
    case POLICY_ALLOW where answer.rule < rules.count, POLICY_DENY where answer.rule < rules.count:
      return (Int(outcome), answer)
    default: throw HookFailed()
    }
  }

  /// The question in C's layout.
  @safe private final class Layout {
    var request = unsafe policy_request()
    private var texts: [UnsafeMutableBufferPointer<UInt8>] = unsafe []
    private var countries: [UnsafeMutableBufferPointer<policy_country>] = unsafe []
    private let windows: UnsafeMutableBufferPointer<policy_window>
    private let headers: UnsafeMutableBufferPointer<policy_header>

    init(_ question: Question) {
      unsafe windows = .allocate(capacity: question.windows.count)
      unsafe headers = .allocate(capacity: question.headers.count)
      _ = unsafe windows.initialize(from: question.windows.map { unsafe window($0.start, $0.end, $0.place) })
      _ = unsafe headers.initialize(
        from: question.headers.map { unsafe policy_header(name: text($0.name), value: text($0.value)) })
      unsafe request.size = MemoryLayout<policy_request>.size
      unsafe request.purpose = question.purpose.rawValue
      unsafe request.country = question.country?.raw ?? policy_country()
      unsafe request.now = question.now
      unsafe request.lifetime = question.lifetime
      unsafe request.key = text(question.key)
      unsafe request.title = text(question.title)
      unsafe request.windows = UnsafePointer(windows.baseAddress)
      unsafe request.window_count = windows.count
      unsafe request.headers = UnsafePointer(headers.baseAddress)
      unsafe request.header_count = headers.count
      unsafe withUnsafeMutableBytes(of: &request.address.bytes) { target in
        unsafe target.copyBytes(from: question.address.prefix(16))
      }
      unsafe request.address.count = UInt32(question.address.count)
    }

    deinit {
      unsafe texts.forEach { unsafe $0.deallocate() }
      unsafe countries.forEach { unsafe $0.deallocate() }
      unsafe windows.deallocate()
      unsafe headers.deallocate()
    }

    private func text(_ value: String) -> policy_string {
      let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: value.utf8.count)
      _ = unsafe bytes.initialize(from: value.utf8)
      unsafe texts.append(bytes)
      return unsafe policy_string(bytes: bytes.baseAddress, count: bytes.count)
    }

    private func window(_ start: Int64, _ end: Int64, _ place: Place) -> policy_window {
      let (territory, listed) =
        switch place {
        case .everywhere: (POLICY_EVERYWHERE, [Country]())
        case .only(let countries): (POLICY_ONLY_IN, countries)
        case .allBut(let countries): (POLICY_ALL_BUT_IN, countries)
        }
      let codes = UnsafeMutableBufferPointer<policy_country>.allocate(capacity: listed.count)
      _ = unsafe codes.initialize(from: listed.map(\.raw))
      unsafe countries.append(codes)
      return unsafe policy_window(
        start: start, end: end, territory: UInt32(territory), country_count: UInt32(codes.count),
        countries: UnsafePointer(codes.baseAddress))
    }
  }
}

internal import FoundationEssentials
public import PolicyABI

/// Makes the C side of a plugin.
public enum PolicyEntry {
  /// The function table of a policy. Call it once: the table lives as long as the process.
  public static func table<Rules: PolicyRules>(for rules: Rules.Type) -> UnsafePointer<policy_plugin> {
    let factory = InstanceFactory { text in
      let settings = try JSONDecoder().decode(Rules.Settings.self, from: Data(text))
      return TypedInstance(try Rules(settings))
    }
    let table = UnsafeMutablePointer<policy_plugin>.allocate(capacity: 1)
    unsafe table.initialize(
      to: policy_plugin(
        size: MemoryLayout<policy_plugin>.size,
        major: UInt32(POLICY_ABI_MAJOR), minor: UInt32(POLICY_ABI_MINOR),
        version: permanent(Rules.version), fails_open: Rules.failsOpen.rawValue,
        context: Unmanaged.passRetained(factory).toOpaque(),
        create: create, destroy: destroy, describe: describe,
        classify: Rules.hooks.contains(.classify) ? classify : nil,
        authorize: Rules.hooks.contains(.authorize) ? authorize : nil,
        limit: Rules.hooks.contains(.limit) ? limit : nil,
        vary: Rules.hooks.contains(.vary) ? vary : nil))
    return unsafe UnsafePointer(table)
  }

  private static func permanent(_ text: String) -> policy_string {
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = unsafe bytes.initialize(from: text.utf8)
    return unsafe policy_string(bytes: bytes.baseAddress, count: bytes.count)
  }
}

// The functions of the table. None may capture anything: the instance carries the type.

private let create:
  @convention(c) (
    UnsafePointer<policy_plugin>?, policy_string, UnsafeMutablePointer<policy_message>?
  ) -> OpaquePointer? = { plugin, settings, why in
    let factory = unsafe Unmanaged<InstanceFactory>.fromOpaque(plugin!.pointee.context).takeUnretainedValue()
    do {
      let text = unsafe [UInt8](UnsafeBufferPointer(start: settings.bytes, count: settings.count))
      return unsafe OpaquePointer(Unmanaged.passRetained(try factory.make(text)).toOpaque())
    } catch {
      if let why = unsafe why { unsafe explain(error, to: why) }
      return nil
    }
  }

private func explain(_ error: any Error, to why: UnsafeMutablePointer<policy_message>) {
  let text = Array(line(for: error).utf8.prefix(unsafe why.pointee.capacity))
  for (offset, byte) in text.enumerated() { unsafe why.pointee.bytes[offset] = byte }
  unsafe why.pointee.count = text.count
}

/// A decoding error as one line with the setting's name.
private func line(for error: any Error) -> String {
  func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? "the settings" : "\"\(path)\""
  }
  return switch error as? DecodingError {
  case .typeMismatch(let type, let context)?: "\(place(context)) must be \(words(for: type))"
  case .valueNotFound(let type, let context)?: "\(place(context)) must be \(words(for: type)), not null"
  case .keyNotFound(let key, _)?: "\"\(key.stringValue)\" is missing"
  case .dataCorrupted(let context)?: "\(place(context)): \(context.debugDescription)"
  default: "\(error)"
  }
}

private func words(for type: Any.Type) -> String {
  switch type {
  case is String.Type: "a string"
  case is Bool.Type: "true or false"
  case is any BinaryInteger.Type: "a whole number"
  case is any BinaryFloatingPoint.Type: "a number"
  case is [Any].Type: "an array"
  default: "an object"
  }
}

private let destroy: @convention(c) (OpaquePointer?) -> Void = { instance in
  unsafe Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(instance!)).release()
}

private let describe: @convention(c) (OpaquePointer?, UnsafeMutablePointer<policy_description>?) -> Void = {
  unsafe Instance.held($0).description.fill($1!)
}

private let classify: Hook = { unsafe Instance.held($0).classify(Request($1!), into: $2!) }
private let authorize: Hook = { unsafe Instance.held($0).authorize(Request($1!), into: $2!) }
private let limit: Hook = { unsafe Instance.held($0).limit(Request($1!), into: $2!) }
private let vary: Hook = { unsafe Instance.held($0).vary(Request($1!), into: $2!) }

typealias Hook =
  @convention(c) (
    OpaquePointer?, UnsafePointer<policy_request>?, UnsafeMutablePointer<policy_answer>?
  ) -> policy_outcome

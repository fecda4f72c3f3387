internal import Glibc
internal import PolicyABI

/// An opened library and its table. Never closed: its code may run on another loop, and Swift libraries cannot be.
// The table is the plugin's, constant and valid for the rest of the process: policy.h.
@safe struct PolicyLibrary: @unchecked Sendable {
  let name: String
  let table: UnsafePointer<policy_plugin>

  /// Opens a copy that `TrustedLibrary` has made.
  init(_ source: PolicySource, copy: String) throws(PolicyError) {
    guard let library = unsafe dlopen(copy, RTLD_NOW | RTLD_LOCAL) else {
      throw PolicyError(source.name, .notLoadable(unsafe String(cString: dlerror())))
    }
    guard let symbol = unsafe dlsym(library, POLICY_ENTRY) else { throw PolicyError(source.name, .noEntry) }
    let entry = unsafe unsafeBitCast(symbol, to: policy_entry.self)
    guard let table = unsafe entry(UInt32(POLICY_ABI_MAJOR), UInt32(POLICY_ABI_MINOR)) else {
      throw PolicyError(source.name, .declined)
    }
    unsafe try self.init(name: source.name, table: table)
  }

  init(name: String, table: UnsafePointer<policy_plugin>) throws(PolicyError) {
    unsafe self.table = table
    self.name = name
    // The version stands within the part that every table has had since 1.0.
    guard unsafe table.pointee.size >= Self.smallestTable else {
      throw PolicyError(name, .malformedTable("it is \(unsafe table.pointee.size) bytes long"))
    }
    guard unsafe table.pointee.major == POLICY_ABI_MAJOR else {
      throw PolicyError(name, unsafe .wrongABI(major: table.pointee.major, minor: table.pointee.minor))
    }
    guard unsafe table.pointee.create != nil, unsafe table.pointee.destroy != nil, unsafe table.pointee.describe != nil
    else { throw PolicyError(name, .malformedTable("create, destroy or describe is missing")) }
  }

  /// The hooks are the table's tail: a plugin that has none of the last ones may leave them out.
  private static let smallestTable = unsafe MemoryLayout<policy_plugin>.offset(of: \policy_plugin.classify)!

  func hook(_ hook: PolicyHook) -> HookFunction? {
    let end = unsafe MemoryLayout<policy_plugin>.offset(of: hook.member)! + MemoryLayout<HookFunction?>.size
    return unsafe table.pointee.size >= end ? table.pointee[keyPath: hook.member] : nil
  }

  func failsOpen(_ hook: PolicyHook) -> Bool { unsafe table.pointee.fails_open & hook.failsOpenBit != 0 }
}

typealias HookFunction =
  @convention(c) (
    OpaquePointer?, UnsafePointer<policy_request>?, UnsafeMutablePointer<policy_answer>?
  ) -> policy_outcome

/// The questions that a policy can be asked, in their order.
package enum PolicyHook: Int, CaseIterable, Codable, Sendable {
  case classify, authorize, limit, vary

  var failsOpenBit: UInt32 { 1 << UInt32(rawValue) }

  var member: KeyPath<policy_plugin, HookFunction?> {
    switch self {
    case .classify: unsafe \.classify
    case .authorize: unsafe \.authorize
    case .limit: unsafe \.limit
    case .vary: unsafe \.vary
    }
  }
}

internal import CMaxMindDB
internal import Glibc
internal import PolicySDK

/// A MaxMind database of countries, mapped into memory: a look-up reads no file and allocates nothing.
@safe final class CountryDatabase {
  private let database: UnsafeMutablePointer<MMDB_s>
  /// `country` → `iso_code`, NULL-terminated, as MMDB_aget_value walks it.
  private let path: UnsafeMutablePointer<UnsafePointer<CChar>?>

  init(path file: String) throws(SettingsRefused) {
    let database = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    let status = unsafe MMDB_open(file, UInt32(MMDB_MODE_MMAP), database)
    guard status == MMDB_SUCCESS else {
      unsafe database.deallocate()
      throw SettingsRefused("database \(file): \(unsafe String(cString: MMDB_strerror(status)))")
    }
    unsafe self.database = database
    unsafe path = .allocate(capacity: 3)
    unsafe path.initialize(to: UnsafePointer(strdup("country")))
    unsafe (path + 1).initialize(to: UnsafePointer(strdup("iso_code")))
    unsafe (path + 2).initialize(to: nil)
  }

  deinit {
    unsafe MMDB_close(database)
    unsafe database.deallocate()
    for index in 0..<2 { unsafe free(UnsafeMutablePointer(mutating: path[index])) }
    unsafe path.deallocate()
  }

  /// Nil: the address is unknown, here or to the database, or has no country there.
  func country(of address: Address) throws(HookFailed) -> Country? {
    guard address.count > 0 else { return nil }
    var status: Int32 = 0
    let found = unsafe lookUp(address, &status)
    // What an IPv4 database says of an IPv6 address is no failure: it cannot know.
    if status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR { return nil }
    guard status == MMDB_SUCCESS else { throw HookFailed() }
    guard unsafe found.found_entry else { return nil }
    var entry = unsafe found.entry
    var value = unsafe MMDB_entry_data_s()
    guard unsafe MMDB_aget_value(&entry, &value, path) == MMDB_SUCCESS else { return nil }
    guard unsafe value.has_data, unsafe value.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING) else { return nil }
    guard unsafe value.data_size == 2, let letters = unsafe value.utf8_string else { return nil }
    return unsafe Country(UInt8(bitPattern: letters[0]), UInt8(bitPattern: letters[1]))
  }

  private func lookUp(_ address: Address, _ status: inout Int32) -> MMDB_lookup_result_s {
    var storage = sockaddr_storage()
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let isShort = address.count == 4
      // sin_addr and sin6_addr: behind the family and port, and for IPv6 the flow.
      let start = isShort ? 4 : 8
      for index in 0..<address.count { unsafe bytes[start + index] = address[index] }
      let socket = unsafe bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      unsafe socket.pointee.sa_family = sa_family_t(isShort ? AF_INET : AF_INET6)
      return unsafe MMDB_lookup_sockaddr(database, socket, &status)
    }
  }
}

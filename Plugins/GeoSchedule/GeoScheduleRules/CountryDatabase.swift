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

  /// Nil: the database does not know the address, or gives it no country.
  func country(of address: Address) throws(HookFailed) -> Country? {
    var socket = sockaddr_in6()
    socket.sin6_family = sa_family_t(AF_INET6)
    address.withIPv6Bytes { bytes in
      unsafe withUnsafeMutableBytes(of: &socket.sin6_addr) { target in
        for index in 0..<16 { unsafe target[index] = bytes[index] }
      }
    }
    var status: Int32 = 0
    let found = unsafe withUnsafePointer(to: &socket) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe MMDB_lookup_sockaddr(database, $0, &status) }
    }
    guard status == MMDB_SUCCESS else { throw HookFailed() }
    guard unsafe found.found_entry else { return nil }
    var entry = unsafe found.entry
    var value = unsafe MMDB_entry_data_s()
    guard unsafe MMDB_aget_value(&entry, &value, path) == MMDB_SUCCESS else { return nil }
    guard unsafe value.has_data, unsafe value.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING) else { return nil }
    guard unsafe value.data_size == 2, let letters = unsafe value.utf8_string else { return nil }
    return unsafe Country(UInt8(bitPattern: letters[0]), UInt8(bitPattern: letters[1]))
  }
}

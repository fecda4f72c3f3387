internal import CHiredis

/// What a command is made of. Text goes as UTF-8, a number in decimal.
package protocol RedisArgument {
  func append(to bytes: inout [UInt8])
}

extension String: RedisArgument {
  package func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

extension Int: RedisArgument {
  package func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: String(self).utf8) }
}

extension Int64: RedisArgument {
  package func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: String(self).utf8) }
}

extension Double: RedisArgument {
  package func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: description.utf8) }
}

extension [UInt8]: RedisArgument {
  package func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: self) }
}

/// A command's words, one after the other in one buffer. Any bytes may stand in a word: nothing is ever quoted.
package struct RedisCommand: Sendable {
  private var bytes: [UInt8] = []
  private var lengths: [Int] = []

  package init(_ words: any RedisArgument...) { for word in words { append(word) } }

  package mutating func append(_ word: some RedisArgument) {
    let start = bytes.count
    word.append(to: &bytes)
    lengths.append(bytes.count - start)
  }

  /// What it takes in a queue, in bytes.
  var size: Int { bytes.count }

  /// Appends the command as it goes on the wire.
  func append(to wire: inout [UInt8]) {
    unsafe bytes.withUnsafeBytes { bytes in
      // An empty array has no address, and hiredis copies from whatever it is given, if only zero bytes.
      let base = unsafe bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
      var offset = 0
      var words: [UnsafePointer<CChar>?] = unsafe lengths.map { length in
        defer { offset += length }
        return unsafe (base + offset).assumingMemoryBound(to: CChar.self)
      }
      var command: UnsafeMutablePointer<CChar>?
      let count = unsafe redisFormatCommandArgv(&command, Int32(lengths.count), &words, lengths.map { $0 })
      precondition(count > 0, "hiredis could not format a command: out of memory")
      unsafe wire.append(contentsOf: UnsafeRawBufferPointer(start: command, count: Int(count)))
      unsafe redisFreeCommand(command)
    }
  }
}

import HTTP
import Loop
import Support
import TLS

/// A connection of HTTP/2 on which a client has several requests under way, and what becomes of each of them.
final class StreamLine {
  enum Fate {
    case answered(String)
    /// The server says that it has not seen it: it may be asked again.
    case unseen
    case lost(String)
  }

  /// The server takes no more requests here, and has said so.
  private(set) var isEnding = false
  private let stream: ByteStream
  private var rest: [UInt8] = []
  private var nextStream: Int32 = 1
  private var contents: [Int32: [UInt8]] = [:]
  private var underWay: [Int32: CheckedContinuation<Fate, Never>] = [:]

  init(to endpoint: Endpoint, _ tls: TLSContext, on loop: EventLoop) async throws {
    stream = try await ByteStream.connect(to: endpoint, tls: tls, on: loop, deadline: .seconds(10))
    stream.onRead = { [unowned self] bytes in
      rest.append(copying: bytes)
      for frame in Frame.read(from: &rest) { receive(frame) }
    }
    stream.onEnd = { [unowned self] error in
      isEnding = true
      for id in underWay.keys {
        settle(id, .lost("the connection ended: \(error.map(String.init(describing:)) ?? "")"))
      }
    }
    stream.startReading()
    stream.write(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
    // Room for all that will ever come, so that the load need not think of it.
    send(.settings([1: 0]), .windowUpdate(0, 1 << 30))
  }

  func close() { stream.close() }

  func ask(_ path: String) async -> Fate {
    let id = nextStream
    nextStream += 2
    let request = Frame.section([":method": "GET", ":scheme": "https", ":path": path, ":authority": "localhost"])
    return await withCheckedContinuation { continuation in
      underWay[id] = continuation
      send(.headers(id, request))
    }
  }

  private func receive(_ frame: Frame) {
    switch frame.type {
    case 0: contents[frame.stream, default: []] += frame.payload
    case 1 where frame.status != 200: contents[frame.stream, default: []] += Array("\(frame.status ?? 0) ".utf8)
    case 3: settle(frame.stream, frame.code == 7 ? .unseen : .lost("reset with \(frame.code)"))
    case 4 where frame.flags & Frame.ack == 0: send(Frame(type: 4, flags: Frame.ack))
    case 6 where frame.flags & Frame.ack == 0: send(Frame(type: 6, flags: Frame.ack, payload: frame.payload))
    case 7: takeLeave(frame)
    default: break
    }
    if frame.type < 2, frame.flags & Frame.endStream != 0 {
      settle(frame.stream, .answered((contents.removeValue(forKey: frame.stream) ?? []).text))
    }
  }

  /// Whatever is above the last stream that the server will answer is nobody's.
  private func takeLeave(_ frame: Frame) {
    isEnding = true
    let last = Int32(bitPattern: UInt32(frame.payload[0..<4]))
    for id in underWay.keys where id > last { settle(id, .unseen) }
  }

  private func settle(_ id: Int32, _ fate: Fate) { underWay.removeValue(forKey: id)?.resume(returning: fate) }

  private func send(_ frames: Frame...) { stream.write(frames.flatMap(\.bytes)) }
}

internal import CNGHTTP2
internal import HTTP
internal import Loop

/// The protocol's machine of one connection, which is nghttp2: bytes in, events to its owner, frames out.
@safe final class HTTP2Session {
  private let raw: OpaquePointer
  private var entries: [nghttp2_nv] = unsafe []

  /// - owner: whom the rules' callbacks call. It holds the session, never the reverse.
  init(_ rules: HTTP2Rules, owner: HTTP2Connection, _ limits: Limits) {
    var raw: OpaquePointer?
    let me = unsafe Unmanaged.passUnretained(owner).toOpaque()
    unsafe nghttp2_session_server_new2(&raw, rules.callbacks, me, rules.options)
    guard let raw = unsafe raw else { preconditionFailure("nghttp2 could not make a session: out of memory") }
    unsafe self.raw = raw
    let settings: [(nghttp2_settings_id, UInt32)] = [
      (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.http2.streams),
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, UInt32(limits.streamWindow)),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(limits.head.headSize)),
      // Priorities are those of RFC 9218.
      (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ]
    let values = settings.map { nghttp2_settings_entry(settings_id: Int32($0.rawValue), value: $1) }
    unsafe nghttp2_submit_settings(raw, 0, values, values.count)
    unsafe nghttp2_session_set_local_window_size(raw, 0, 0, limits.http2.connectionWindow)
  }

  deinit { unsafe nghttp2_session_del(raw) }

  /// Nil while all is well, or nghttp2 has ended the connection itself; else why it cannot go on.
  func receive(_ bytes: Span<UInt8>) -> ErrorCode? {
    let status = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe nghttp2_session_mem_recv(raw, bytes.baseAddress, bytes.count)
    }
    if status >= 0 { return nil }
    // Besides the wrong preface only floods are left: of acknowledgements, of settings, of pieces of a section.
    return status == Int(NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue) ? .protocolError : .enhanceYourCalm
  }

  /// Appends the next frame that nghttp2 renders itself, after the DATA before it, which the owner appends. False when
  /// there is nothing more to send for now.
  func appendNext(to turn: HTTP2Turn) -> Bool {
    var bytes: UnsafePointer<UInt8>?
    let count = unsafe nghttp2_session_mem_send(raw, &bytes)
    guard count > 0 else { return false }
    unsafe turn.output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    return true
  }

  /// Neither side has anything to say any more.
  var isOver: Bool { unsafe nghttp2_session_want_read(raw) == 0 && nghttp2_session_want_write(raw) == 0 }

  func has(_ stream: Int32) -> Bool { unsafe nghttp2_session_find_stream(raw, stream) != nil }

  func isReceiving(_ stream: Int32) -> Bool { unsafe nghttp2_session_get_stream_remote_close(raw, stream) == 0 }

  // MARK: Streams' owners

  /// OWNERSHIP: the session's owner keeps the stream until it is told that it has closed.
  func attach(_ stream: HTTP2Stream) {
    unsafe nghttp2_session_set_stream_user_data(raw, stream.id, Unmanaged.passUnretained(stream).toOpaque())
  }

  func stream(_ id: Int32) -> HTTP2Stream? {
    guard let pointer = unsafe nghttp2_session_get_stream_user_data(raw, id) else { return nil }
    return unsafe Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
  }

  // MARK: Flow

  func consume(_ count: Int, of stream: Int32) { unsafe nghttp2_session_consume(raw, stream, count) }

  /// Of a stream that has closed.
  func consume(_ count: Int) { unsafe nghttp2_session_consume_connection(raw, count) }

  /// The client takes more of that stream's content.
  func hasRoom(for stream: Int32) -> Bool { unsafe nghttp2_session_get_stream_remote_window_size(raw, stream) > 0 }

  /// It takes more of any stream's.
  var hasRoom: Bool { unsafe nghttp2_session_get_remote_window_size(raw) > 0 }

  /// There is content to send, after there was none.
  func resume(_ stream: Int32) { unsafe nghttp2_session_resume_data(raw, stream) }

  // MARK: Ends

  func reset(_ stream: Int32, _ code: ErrorCode) { unsafe nghttp2_submit_rst_stream(raw, 0, stream, code.rawValue) }

  /// GOAWAY; nothing that comes after it is read.
  func terminate(_ code: ErrorCode) { unsafe nghttp2_session_terminate_session(raw, code.rawValue) }

  /// "No new streams, please", and a ping whose answer tells that the client has read it.
  func announceEnd() {
    unsafe nghttp2_submit_shutdown_notice(raw)
    unsafe nghttp2_submit_ping(raw, 0, nil)
  }

  /// No stream beyond those that have come is looked at any more.
  func refuseNewStreams() {
    let last = unsafe nghttp2_session_get_last_proc_stream_id(raw)
    unsafe nghttp2_submit_goaway(raw, 0, last, ErrorCode.noError.rawValue, nil, 0)
  }
}

/// Answers.
extension HTTP2Session {
  /// - section: the first of them is the status; nghttp2 makes the names lower-case.
  func submit(_ section: Fields, for stream: HTTP2Stream, hasContent: Bool) {
    unsafe withEntries(of: section) { entries, count in
      guard hasContent else { return unsafe _ = nghttp2_submit_response(raw, stream.id, entries, count, nil) }
      var provider = unsafe nghttp2_data_provider(
        source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()), read_callback: measureContent)
      unsafe nghttp2_submit_response(raw, stream.id, entries, count, &provider)
    }
  }

  /// An interim answer; the section is as an answer's.
  func submitInterim(_ section: Fields, for stream: HTTP2Stream) {
    unsafe withEntries(of: section) { entries, count in
      unsafe _ = nghttp2_submit_headers(raw, 0, stream.id, nil, entries, count, nil)
    }
  }

  private func withEntries(of section: Fields, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Void) {
    unsafe entries.removeAll(keepingCapacity: true)
    unsafe section.bytes.withUnsafeBufferPointer { bytes in
      section.forEachPlace { name, value in unsafe append(bytes, name, value) }
      unsafe entries.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
    let text = unsafe UnsafeBufferPointer(rebasing: bytes[name]).span
    guard !Self.isAboutConnection(text) else { return }
    let start = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress!)
    unsafe entries.append(
      nghttp2_nv(
        name: start + name.lowerBound, value: start + value.lowerBound, namelen: name.count, valuelen: value.count,
        flags: Self.varies(text) ? UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) : 0))
  }

  /// What differs in each answer would only push out of the compression's table what does not.
  private static func varies(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 11: name.equalsIgnoringCase("traceparent")
    case 12: name.equalsIgnoringCase("x-request-id") || name.equalsIgnoringCase("cache-status")
    default: false
    }
  }

  /// Such a field makes an answer malformed. Source: RFC 9113 §8.2.2.
  private static func isAboutConnection(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 7: name.equalsIgnoringCase("upgrade")
    case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
    case 16: name.equalsIgnoringCase("proxy-connection")
    case 17: name.equalsIgnoringCase("transfer-encoding")
    default: false
    }
  }
}

/// Tells nghttp2 how much of an answer's content may go now; the owner's `sendContent` then writes it, uncopied.
private let measureContent: nghttp2_data_source_read_callback = { _, _, _, limit, flags, source, _ in
  let stream = unsafe Unmanaged<HTTP2Stream>.fromOpaque(source!.pointee.ptr).takeUnretainedValue()
  let count = min(limit, stream.outbox.count)
  let isEnd = stream.outbox.isComplete && count == stream.outbox.count
  guard count > 0 || isEnd else { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
  unsafe flags!.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
  if isEnd { unsafe flags!.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
  return count
}

internal import CNGHTTP2
internal import Loop

/// How nghttp2 is to treat every connection of a server, and whom it is to call.
@safe final class HTTP2Rules {
  let callbacks: OpaquePointer
  let options: OpaquePointer

  init() {
    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    unsafe nghttp2_session_callbacks_new(&callbacks)
    unsafe nghttp2_option_new(&options)
    guard let callbacks = unsafe callbacks, let options = unsafe options else {
      preconditionFailure("nghttp2 could not be set up: out of memory")
    }
    unsafe (self.callbacks, self.options) = (callbacks, options)
    // What a service has taken makes room for more, not what has arrived.
    unsafe nghttp2_option_set_no_auto_window_update(options, 1)
    unsafe nghttp2_option_set_builtin_recv_extension_type(options, UInt8(NGHTTP2_PRIORITY_UPDATE.rawValue))
    listenToFrames()
    listenToFields()
    listenToStreams()
  }

  deinit {
    unsafe nghttp2_session_callbacks_del(callbacks)
    unsafe nghttp2_option_del(options)
  }

  private func listenToFrames() {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
      let head = unsafe frame!.pointee.hd
      if unsafe frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
        unsafe HTTP2Connection.of(owner).streamOpened(head.stream_id)
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
      let head = unsafe frame!.pointee.hd
      let connection = unsafe HTTP2Connection.of(owner)
      let isFlagged = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
      switch UInt32(head.type) {
      case NGHTTP2_HEADERS.rawValue:
        let isRequest = unsafe frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
        isRequest
          ? connection.headReceived(head.stream_id, isWhole: isFlagged) : connection.contentEnded(head.stream_id)
      case NGHTTP2_DATA.rawValue where isFlagged: connection.contentEnded(head.stream_id)
      case NGHTTP2_SETTINGS.rawValue: connection.settingsReceived()
      case NGHTTP2_PING.rawValue where isFlagged: connection.pingAnswered()
      default: break
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
      let head = unsafe frame!.pointee.hd
      let connection = unsafe HTTP2Connection.of(owner)
      switch UInt32(head.type) {
      case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
        connection.answerSent(
          head.stream_id, content: UInt32(head.type) == NGHTTP2_DATA.rawValue ? head.length : nil,
          isEnd: head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0)
      case NGHTTP2_RST_STREAM.rawValue:
        let code = unsafe frame!.pointee.rst_stream.error_code
        connection.streamReset(head.stream_id, code: code)
      default: break
      }
      return 0
    }
  }

  private func listenToFields() {
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, owner in
      let isRequest = unsafe frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
      let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
      let connection = unsafe HTTP2Connection.of(owner)
      let isBearable = unsafe connection.fieldReceived(
        frame!.pointee.hd.stream_id, name.span, value.span, isRequest: isRequest)
      return isBearable ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    // nghttp2 would leave such a field out: a request that another reader might read otherwise is refused.
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, _ in
      NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
  }

  private func listenToStreams() {
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, owner in
      let content = unsafe UnsafeBufferPointer(start: bytes, count: count)
      unsafe HTTP2Connection.of(owner).contentReceived(stream, content.span)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, owner in
      unsafe HTTP2Connection.of(owner).streamClosed(stream)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, head, count, _, owner in
      let head = unsafe UnsafeBufferPointer(start: head, count: 9)
      let stream = unsafe frame!.pointee.hd.stream_id
      let isSent = unsafe HTTP2Connection.of(owner).sendContent(stream, head.span, count)
      return isSent ? 0 : NGHTTP2_ERR_WOULDBLOCK.rawValue
    }
  }
}

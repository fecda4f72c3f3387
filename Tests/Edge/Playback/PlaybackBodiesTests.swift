import Edge
import HTTP
import Testing

@Suite struct `Bodies of playback` {
  @Test func `a heartbeat is read whole, null and unknown members aside`() throws {
    let event = try PlaybackEvent(
      .heartbeat,
      heartbeat: bytes(
        #"{"position_sec":12.5,"buffered_sec":30,"bitrate_kbps":4200,"dropped_frames":3,"playing":false,"volume":0.5,"#
          + #""muted":true,"fullscreen":null,"width":1920,"height":1080,"stall_count":1,"rebuffer_duration_ms":250,"#
          + #""cdn_node":"fra-1","battery":{"level":[1,2]}}"#))
    #expect(event.positionSeconds == 12.5 && event.bitrateKbps == 4200 && event.droppedFrames == 3)
    #expect(event.isPlaying == false && event.stalls == 1 && event.rebufferMs == 250 && event.cdnNode == "fra-1")
    var screen = PlaybackEvent.Screen()
    (screen.bufferedSeconds, screen.volume, screen.isMuted) = (30, 0.5, true)
    (screen.width, screen.height) = (1920, 1080)
    #expect(event.screen == screen)
  }

  @Test func `a heartbeat plays unless it says otherwise; a pause never does, a resume always`() throws {
    let silent = bytes(#"{"position_sec":1}"#)
    #expect(try PlaybackEvent(.heartbeat, heartbeat: silent).isPlaying == true)
    #expect(try PlaybackEvent(.heartbeat, heartbeat: bytes(#"{"position_sec":1,"playing":null}"#)).isPlaying == nil)
    #expect(try PlaybackEvent(.pause, heartbeat: bytes(#"{"position_sec":1,"playing":true}"#)).isPlaying == false)
    #expect(try PlaybackEvent(.resume, heartbeat: bytes(#"{"position_sec":1,"playing":false}"#)).isPlaying == true)
  }

  @Test(arguments: [
    (#"{}"#, "position_sec"), (#"{"position_sec":null}"#, "position_sec"), (#"{"position_sec":"1"}"#, "position_sec"),
    (#"{"position_sec":-0.5}"#, "position_sec"), (#"{"position_sec":1e10}"#, "position_sec"),
    (#"{"position_sec":1,"bitrate_kbps":-1}"#, "bitrate_kbps"),
    (#"{"position_sec":1,"bitrate_kbps":1.5}"#, "bitrate_kbps"),
    (#"{"position_sec":1,"dropped_frames":-1}"#, "dropped_frames"), (#"{"position_sec":1,"playing":1}"#, "playing"),
    (#"{"position_sec":1,"volume":1.1}"#, "volume"), (#"{"position_sec":1,"width":0}"#, "width"),
    (#"{"position_sec":1,"height":16385}"#, "height"), (#"{"position_sec":1,"stall_count":-1}"#, "stall_count"),
    (#"{"position_sec":1,"cdn_node":"a\u0000b"}"#, "cdn_node"),
  ])
  func `a heartbeat beyond its limits is a 422 that names the member`(body: String, member: String) {
    let problem = #expect(throws: Problem.self) { try PlaybackEvent(.heartbeat, heartbeat: bytes(body)) }
    #expect(problem?.status == .unprocessableContent && problem?.title == "Validation error")
    #expect(problem?.detail.hasPrefix("body.\(member): ") == true)
  }

  @Test(arguments: ["", "[]", "{", #"{"position_sec":1}x"#, #"{"position_sec":NaN}"#, #"{"position_sec":01}"#])
  func `what is not a JSON object is a 400`(body: String) {
    let problem = #expect(throws: Problem.self) { try PlaybackEvent(.heartbeat, heartbeat: bytes(body)) }
    #expect(problem?.status == .badRequest)
  }

  @Test func `a seek, an end and an error have their own members`() throws {
    let seek = try PlaybackEvent(seek: bytes(#"{"from_sec":10,"to_sec":90.5}"#))
    #expect(seek.positionSeconds == 10 && seek.targetSeconds == 90.5)
    let end = try PlaybackEvent(complete: bytes(#"{"position_sec":90,"duration_sec":100,"watched_sec":1e6}"#))
    #expect(end.positionSeconds == 90 && end.durationSeconds == 100)
    let error = try PlaybackEvent(error: bytes(#"{"code":"E\"1","message":"m","fatal":true,"extra":1}"#))
    #expect(error.isFatal && error.error == bytes(#"{"code":"E\"1","message":"m","fatal":true}"#))
    for body in [#"{"from_sec":1}"#, #"{"to_sec":1}"#] {
      #expect(throws: Problem.self) { try PlaybackEvent(seek: bytes(body)) }
    }
    for body in [#"{"code":"","message":"m"}"#, #"{"code":"c"}"#, #"{"message":"m"}"#] {
      #expect(throws: Problem.self) { try PlaybackEvent(error: bytes(body)) }
    }
    let long = String(repeating: "é", count: 2000)
    #expect(try PlaybackEvent(error: bytes(#"{"code":"c","message":"\#(long)"}"#)).error != nil)
    #expect(throws: Problem.self) { try PlaybackEvent(error: bytes(#"{"code":"c","message":"\#(long)x"}"#)) }
  }

  @Test func `a start has its defaults`() throws {
    let start = try SessionStart(json: bytes(#"{"title_id":"sintel"}"#))
    #expect(start.titleID == "sintel" && start.quality == .auto && start.playbackType == "stream")
    #expect(start.positionSeconds == 0)
    let told = try SessionStart(
      json: bytes(#"{"title_id":"sintel","quality":"2160p","playback_type":"download","position_sec":7}"#))
    #expect(told.quality == .p2160 && told.playbackType == "download" && told.positionSeconds == 7)
  }

  @Test(arguments: [
    (#"{}"#, 422, "body.title_id: "), (#"{"title_id":""}"#, 422, "body.title_id: "),
    (#"{"title_id":"a b"}"#, 400, "Invalid title_id format"), (#"{"title_id":"../x"}"#, 400, "Invalid title_id format"),
    (#"{"title_id":"t","quality":"4k"}"#, 422, "body.quality: "),
    (#"{"title_id":"t","playback_type":"aaaaaaaaaaaaaaaaa"}"#, 422, "body.playback_type: "),
    (#"{"title_id":"t","position_sec":-1}"#, 422, "body.position_sec: "),
    (#"{"title_id":"t","device":"tv"}"#, 422, "body.device: "),
    (#"{"title_id":"t","device":{"platform":7}}"#, 422, "body.device.platform: "),
    (#"{"title_id":"t","network":{"rtt_ms":-1}}"#, 422, "body.network.rtt_ms: "),
  ])
  func `a start that cannot be is refused by its place`(body: String, status: UInt16, detail: String) {
    let problem = #expect(throws: Problem.self) { try SessionStart(json: bytes(body)) }
    #expect(problem?.status.code == status && problem?.detail.hasPrefix(detail) == true)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

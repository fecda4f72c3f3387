internal import Redis

/// The steps on a session that must be one step: Redis runs each without anything in between. Both know when they have
/// run already, so that either may be sent again after a lost reply.
enum SessionScripts {
  /// Makes a session once. The same session id again, or the same key and body, answers what the first one made.
  ///
  /// KEYS: session, events, idempotency (optional). ARGV: body's SHA-256 in hex, session id, anonymous id or empty,
  /// Unix milliseconds now, session's lifetime in seconds, most events, then the session's names and values.
  static let start = RedisScript(
    """
    if KEYS[3] then
      local earlier = redis.call('GET', KEYS[3])
      if earlier then
        local body, id, created, anonymous = string.match(earlier, '^(%S+) (%S+) (%S+) (%S*)$')
        if body ~= ARGV[1] then return {'conflict'} end
        return {'started', id, created, anonymous}
      end
    end
    local created = redis.call('HGET', KEYS[1], 'created_at')
    if not created then
      if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[6]) then return {'full'} end
      created = string.sub(ARGV[4], 1, -4)
      redis.call('HSET', KEYS[1], 'created_at', created, 'updated_at', created, 'status', 'started', 'playing', '1',
        unpack(ARGV, 7))
      redis.call('EXPIRE', KEYS[1], ARGV[5])
      redis.call('XADD', KEYS[2], '*', 'session', ARGV[2], 'event', ARGV[2], 'at', ARGV[4], 'kind', 'start',
        unpack(ARGV, 7))
      if KEYS[3] then
        redis.call('SET', KEYS[3], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. created .. ' ' .. ARGV[3], 'EX', 600)
      end
    end
    return {'started', ARGV[2], created, ARGV[3]}
    """)

  /// Appends an event if the session exists, and adds it to the session's sums. Forward progress while it plays counts
  /// as watched; backwards never does, nor a jump beyond the longest step, which is a seek that was not told. After its
  /// end a session takes nothing more.
  ///
  /// KEYS: session, events. ARGV: event id, Unix milliseconds now, session's lifetime in seconds, longest step in
  /// seconds, most events, then the event's names and values.
  static let record = RedisScript(
    """
    local state = redis.call('HMGET', KEYS[1], 'created_at', 'recent_events', 'status', 'position_sec', 'playing',
      'watched_sec', 'dropped_frames', 'stall_count', 'rebuffer_duration_ms')
    if not state[1] then return 'unknown' end
    local recent = state[2] or ' '
    if state[3] == 'completed' or string.find(recent, ' ' .. ARGV[1] .. ' ', 1, true) then return 'stored' end
    if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end

    local event = {}
    for index = 6, #ARGV, 2 do event[ARGV[index]] = ARGV[index + 1] end
    local watched = 0
    if event.position_sec and state[5] == '1' then
      local step = tonumber(event.position_sec) - tonumber(state[4])
      if step > 0 and step <= tonumber(ARGV[4]) then watched = step end
    end
    redis.call('XADD', KEYS[2], '*', 'session', string.match(KEYS[1], '[^:]*$'), 'event', ARGV[1], 'at', ARGV[2],
      'watched_sec', tostring(watched), unpack(ARGV, 6))

    recent = string.sub(' ' .. ARGV[1] .. recent, 1, 160)
    local set = {'updated_at', string.sub(ARGV[2], 1, -4), 'recent_events', recent}
    local function put(name, value)
      set[#set + 1] = name
      set[#set + 1] = value
    end
    local function add(name, sum, more)
      if more and tonumber(more) > 0 then put(name, tostring((tonumber(sum) or 0) + tonumber(more))) end
    end
    add('watched_sec', state[6], watched)
    add('dropped_frames', state[7], event.dropped_frames)
    add('stall_count', state[8], event.stall_count)
    add('rebuffer_duration_ms', state[9], event.rebuffer_duration_ms)
    local position = event.target_sec or event.position_sec
    if position then put('position_sec', position) end
    if event.bitrate_kbps then put('bitrate_kbps', event.bitrate_kbps) end
    if event.last_error then put('last_error', event.last_error) end
    local playing = event.playing
    local status = playing and (playing == '1' and 'playing' or 'paused')
    if event.fatal then status, playing = 'error', '0' end
    if event.kind == 'complete' then status, playing = 'completed', '0' end
    if status then
      put('status', status)
      put('playing', playing)
    end
    redis.call('HSET', KEYS[1], unpack(set))
    redis.call('EXPIRE', KEYS[1], ARGV[3])
    return 'stored'
    """)
}

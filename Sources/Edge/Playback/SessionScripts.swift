internal import Redis

/// The steps on a session that must be one step: Redis runs each without anything in between.
enum SessionScripts {
  /// Makes a session once. The same session id again, or the same key and body, answers what the first one made.
  ///
  /// KEYS: session, events, idempotency (optional). ARGV: body's SHA-256 in hex, session's lifetime in seconds,
  /// session id, Unix seconds now, events kept, start as JSON, then the session's fields and values.
  static let start = RedisScript(
    """
    if KEYS[3] then
      local earlier = redis.call('GET', KEYS[3])
      if earlier then
        local body, id, created = string.match(earlier, '^(%S+) (%S+) (%S+)$')
        if body ~= ARGV[1] then return {'conflict'} end
        return {'started', id, created}
      end
      redis.call('SET', KEYS[3], ARGV[1] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4], 'EX', 600)
    end
    if redis.call('EXISTS', KEYS[1]) == 1 then
      return {'started', ARGV[3], redis.call('HGET', KEYS[1], 'created_at')}
    end
    redis.call('HSET', KEYS[1], unpack(ARGV, 7))
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*',
      'session', ARGV[3], 'kind', 'start', 'at', ARGV[4] .. '000', 'data', ARGV[6])
    return {'started', ARGV[3], ARGV[4]}
    """)

  /// Appends an event if the session exists, and adds it to the session's summary. Sent twice under one event id, it
  /// counts once. Forward progress while playing counts as watched; backwards never does, nor a jump beyond ARGV[12]
  /// seconds, which is a seek that was not told.
  ///
  /// KEYS: session, events. ARGV: event id, kind, Unix milliseconds now, lifetime in seconds, position, target, playing
  /// (1, 0 or empty), bitrate, dropped frames, stalls, rebuffering in ms, longest step, fatal (1 or 0), events kept,
  /// JSON, session id.
  static let record = RedisScript(
    """
    local state = redis.call('HMGET', KEYS[1],
      'created_at', 'last_event', 'last_position_sec', 'playing', 'status')
    if not state[1] then return 0 end
    if state[2] == ARGV[1] then return 1 end
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[14], '*',
      'session', ARGV[16], 'event', ARGV[1], 'kind', ARGV[2], 'at', ARGV[3], 'data', ARGV[15])
    local set = {'last_event', ARGV[1], 'updated_at', string.sub(ARGV[3], 1, -4)}
    local function put(name, value) set[#set + 1] = name; set[#set + 1] = value end
    if state[5] ~= 'completed' then
      local position = tonumber(ARGV[5])
      if position then
        local step = position - (tonumber(state[3]) or 0)
        if state[4] == '1' and step > 0 and step <= tonumber(ARGV[12]) then
          redis.call('HINCRBYFLOAT', KEYS[1], 'watched_sec', tostring(step))
        end
      end
      local at = ARGV[6] ~= '' and ARGV[6] or ARGV[5]
      if at ~= '' then put('last_position_sec', at) end
      if ARGV[7] ~= '' then
        put('playing', ARGV[7])
        put('status', ARGV[7] == '1' and 'playing' or 'paused')
      end
      if ARGV[8] ~= '' then put('last_bitrate_kbps', ARGV[8]) end
      if ARGV[2] == 'error' then put('last_error', ARGV[15]) end
      if ARGV[13] == '1' then put('status', 'error'); put('playing', '0') end
      if ARGV[2] == 'complete' then put('status', 'completed'); put('playing', '0') end
      if ARGV[9] ~= '0' then redis.call('HINCRBY', KEYS[1], 'dropped_frames_total', ARGV[9]) end
      if ARGV[10] ~= '0' then redis.call('HINCRBY', KEYS[1], 'rebuffer_count', ARGV[10]) end
      if ARGV[11] ~= '0' then redis.call('HINCRBY', KEYS[1], 'rebuffer_ms_total', ARGV[11]) end
    end
    redis.call('HSET', KEYS[1], unpack(set))
    redis.call('EXPIRE', KEYS[1], ARGV[4])
    return 1
    """)
}

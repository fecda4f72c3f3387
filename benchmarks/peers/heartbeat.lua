-- Appends a heartbeat if its session exists, and adds it to the session's sums.
-- KEYS: session, events. ARGV: event id, Unix milliseconds now, then the event's names and values.
local state = redis.call('HMGET', KEYS[1], 'created_at', 'recent_events', 'position_sec', 'watched_sec')
if not state[1] then return 'unknown' end
local recent = state[2] or ' '
if string.find(recent, ' ' .. ARGV[1] .. ' ', 1, true) then return 'stored' end
if redis.call('XLEN', KEYS[2]) >= 1000000 then return 'full' end

local event = {}
for index = 3, #ARGV, 2 do event[ARGV[index]] = ARGV[index + 1] end
local step = tonumber(event.position_sec) - (tonumber(state[3]) or 0)
local watched = step > 0 and step <= 120 and step or 0
redis.call('XADD', KEYS[2], '*', 'session', string.match(KEYS[1], '[^:]*$'), 'event', ARGV[1], 'at', ARGV[2],
  'watched_sec', tostring(watched), unpack(ARGV, 3))
redis.call('HSET', KEYS[1], 'updated_at', string.sub(ARGV[2], 1, -4),
  'recent_events', string.sub(' ' .. ARGV[1] .. recent, 1, 160), 'position_sec', event.position_sec,
  'watched_sec', tostring((tonumber(state[4]) or 0) + watched))
redis.call('EXPIRE', KEYS[1], 86400)
return 'stored'

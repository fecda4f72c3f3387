-- Counts a URL against its client's quota for the day. KEYS: quota. ARGV: its limit and end.
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 'exhausted' end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIREAT', KEYS[1], ARGV[2]) end
return 'counted'

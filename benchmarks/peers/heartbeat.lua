-- Appends a heartbeat if its session exists. KEYS: session, events. ARGV: session id, JSON, Unix milliseconds now.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 1000000, '*', 'session', ARGV[1], 'kind', 'heartbeat', 'at', ARGV[3], 'data', ARGV[2])
return 1

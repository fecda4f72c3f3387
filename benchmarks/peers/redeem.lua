-- Redeems a one-time token and counts its URL against the client's quota, in one step that can be asked again.
-- KEYS: quota, token, redemption. ARGV: the quota's limit and end, storage key, Unix seconds now, the URL's end, and for
-- how many seconds the redemption can be repeated.
local done = redis.call('GET', KEYS[3])
if done then
  local ends, key = string.match(done, '^(%d+) (.*)$')
  return key == ARGV[3] and tonumber(ends) or 'other-key'
end
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 'exhausted' end
local text = redis.call('GET', KEYS[2])
if not text then return 'unknown' end
local token = cjson.decode(text)
if token.storage_key ~= ARGV[3] then return 'other-key' end
if token.expires_at <= tonumber(ARGV[4]) then return 'unknown' end
local used = (token.used or 0) + 1
if used >= (token.max_uses or 1) then
  redis.call('DEL', KEYS[2])
else
  token.used = used
  redis.call('SET', KEYS[2], cjson.encode(token), 'KEEPTTL')
end
redis.call('SET', KEYS[3], ARGV[5] .. ' ' .. ARGV[3], 'EX', ARGV[6])
if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIREAT', KEYS[1], ARGV[2]) end
return 'granted'

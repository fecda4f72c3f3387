-- Redeems a one-time token in one step. KEYS: token. ARGV: storage key, Unix seconds now.
local text = redis.call('GET', KEYS[1])
if not text then return 'unknown' end
local token = cjson.decode(text)
if token.storage_key ~= ARGV[1] then return 'other-key' end
if token.expires_at <= tonumber(ARGV[2]) then return 'unknown' end
local used = (token.used or 0) + 1
if used >= (token.max_uses or 1) then
  redis.call('DEL', KEYS[1])
else
  token.used = used
  redis.call('SET', KEYS[1], cjson.encode(token), 'KEEPTTL')
end
return 'granted'

-- What nginx does in our place: the same requests, the same answers, the same one script in Redis.
local cjson = require "cjson.safe"
local redis = require "redis"
local presign = require "sigv4"

local function fail(status) return ngx.exit(status) end

-- The body, if it asks for a key that may be issued.
local function wanted()
  ngx.req.read_body()
  local body = cjson.decode(ngx.req.get_body_data() or "")
  local key = body and body.storage_key
  if type(key) ~= "string" then return fail(422) end
  if key:find("..", 1, true) or not key:find("^bundles/.+%.zip$") then return fail(403) end
  return body, key
end

local function lifetime(body)
  return math.min(math.max(body.ttl_seconds or 600, 60), 3600)
end

-- The client's counter of today, its limit, and when it ends.
local function quota(now)
  local name = "quota:delivery:bundles:" .. ngx.var.remote_addr .. ":" .. os.date("!%Y%m%d", now)
  return name, settings.quota, (math.floor(now / 86400) + 1) * 86400
end

local function answer(key, lifetime)
  local name = key:match("[^/]+$")
  local query = "response-content-disposition=attachment%3B%20filename%3D%22" .. ngx.escape_uri(name)
    .. "%22&response-content-type=application%2Fzip"
  local url = presign("/" .. settings.bucket .. "/" .. ngx.escape_uri(key):gsub("%%2F", "/"), query, lifetime)
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  local body = '{"url":"' .. url .. '","expires_at":' .. ngx.time() + lifetime .. ',"limited_by":null}'
  ngx.header["Content-Length"] = #body
  ngx.print(body)
end

local edge = {}
local serial = 0

function edge.sign()
  local body, key = wanted()
  local name, limit, ends = quota(ngx.time())
  if redis { "EVALSHA", settings.count, "1", name, limit, ends } == "exhausted" then return fail(429) end
  answer(key, lifetime(body))
end

function edge.redeem()
  local body, key = wanted()
  local now, lifetime = ngx.time(), lifetime(body)
  local name, limit, ends = quota(now)
  local token = tostring(body.token)
  serial = serial + 1
  local outcome = redis {
    "EVALSHA", settings.redeem, "3", name, "download:token:" .. token, "download:redeemed:" .. token .. ":" .. serial,
    limit, ends, key, now, now + lifetime, "60",
  }
  if not outcome then return fail(503) end
  if outcome ~= "granted" then return fail(403) end
  answer(key, lifetime)
end

function edge.heartbeat()
  ngx.req.read_body()
  local body = cjson.decode(ngx.req.get_body_data() or "")
  if not body or type(body.position_sec) ~= "number" then return fail(422) end
  serial = serial + 1
  local words = {
    "EVALSHA", settings.heartbeat, "2", "player:session:" .. ngx.var[1], "player:events", "nginx-" .. serial,
    ngx.now() * 1000, "kind", "heartbeat", "playing", body.playing == false and "0" or "1",
    "position_sec", body.position_sec,
  }
  if body.bitrate_kbps then
    words[#words + 1] = "bitrate_kbps"
    words[#words + 1] = body.bitrate_kbps
  end
  local stored = redis(words)
  if not stored then return fail(503) end
  if stored ~= "stored" then return fail(404) end
  ngx.status = 202
  ngx.header["Content-Length"] = 0
end

return edge

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

local function answer(key, lifetime)
  lifetime = math.min(math.max(lifetime or 600, 60), 3600)
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

function edge.sign()
  local body, key = wanted()
  answer(key, body.ttl_seconds)
end

function edge.redeem()
  local body, key = wanted()
  local outcome = redis { "EVALSHA", settings.redeem, "1", "download:token:" .. tostring(body.token), key, tostring(ngx.time()) }
  if not outcome then return fail(503) end
  if outcome ~= "granted" then return fail(403) end
  answer(key, body.ttl_seconds)
end

function edge.heartbeat()
  ngx.req.read_body()
  local text = ngx.req.get_body_data() or ""
  local body = cjson.decode(text)
  if not body or type(body.position_sec) ~= "number" then return fail(422) end
  local session = ngx.var[1]
  local stored = redis {
    "EVALSHA", settings.heartbeat, "2", "player:session:" .. session, "player:events", session, text,
    tostring(ngx.now() * 1000),
  }
  if not stored then return fail(503) end
  if stored ~= "1" then return fail(404) end
  ngx.status = 202
  ngx.header["Content-Length"] = 0
end

return edge

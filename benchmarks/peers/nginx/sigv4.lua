-- SigV4 query signing by OpenSSL through the FFI. The day's key is kept as two hash states, as a fast signer does.
local ffi = require "ffi"
local crypto = ffi.load("crypto")

ffi.cdef [[
typedef struct { uint32_t h[8]; uint32_t Nl, Nh; uint32_t data[16]; unsigned int num, md_len; } SHA256_CTX;
int SHA256_Init(SHA256_CTX *);
int SHA256_Update(SHA256_CTX *, const void *, size_t);
int SHA256_Final(unsigned char *, SHA256_CTX *);
]]

local state, digest = ffi.new("SHA256_CTX"), ffi.new("unsigned char[32]")
local hex = {}
for byte = 0, 255 do hex[byte] = ("%02x"):format(byte) end

local function finished()
  crypto.SHA256_Final(digest, state)
  return ffi.string(digest, 32)
end

local function as_hex()
  local digits = {}
  for index = 0, 31 do digits[index + 1] = hex[digest[index]] end
  return table.concat(digits)
end

local function sha256(text)
  crypto.SHA256_Init(state)
  crypto.SHA256_Update(state, text, #text)
  return finished()
end

-- The inner and the outer state of HMAC-SHA256 with a key of at most 64 bytes.
local function states_of(key)
  local states = {}
  for name, pad in pairs { inner = 0x36, outer = 0x5c } do
    local block = {}
    for index = 1, 64 do block[index] = string.char(bit.bxor(key:byte(index) or 0, pad)) end
    states[name] = ffi.new("SHA256_CTX")
    crypto.SHA256_Init(states[name])
    crypto.SHA256_Update(states[name], table.concat(block), 64)
  end
  return states
end

local function hmac(key, text)
  ffi.copy(state, key.inner, ffi.sizeof(state))
  crypto.SHA256_Update(state, text, #text)
  local inner = finished()
  ffi.copy(state, key.outer, ffi.sizeof(state))
  crypto.SHA256_Update(state, inner, 32)
  return finished()
end

local day, key, scope, credential

local function use(today)
  if today == day then return end
  local secret = "AWS4" .. settings.secret_key
  for _, part in ipairs { today, settings.region, "s3", "aws4_request" } do
    secret = hmac(states_of(secret), part)
  end
  day, key = today, states_of(secret)
  scope = today .. "/" .. settings.region .. "/s3/aws4_request"
  credential = ngx.escape_uri(settings.access_key .. "/" .. scope)
end

-- The URL by which `path`, encoded, can be read for `lifetime` seconds from now on; `query` is encoded and sorts last.
return function(path, query, lifetime)
  local time = os.date("!%Y%m%dT%H%M%SZ", ngx.time())
  use(time:sub(1, 8))
  local signing = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" .. credential .. "&X-Amz-Date=" .. time
    .. "&X-Amz-Expires=" .. lifetime .. "&X-Amz-SignedHeaders=host"
  sha256("GET\n" .. path .. "\n" .. signing .. "&" .. query .. "\nhost:" .. settings.host .. "\n\nhost\nUNSIGNED-PAYLOAD")
  hmac(key, "AWS4-HMAC-SHA256\n" .. time .. "\n" .. scope .. "\n" .. as_hex())
  return settings.endpoint .. path .. "?" .. query .. "&" .. signing .. "&X-Amz-Signature=" .. as_hex()
end

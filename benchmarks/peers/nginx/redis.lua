-- Redis over nginx's pooled cosockets: one command, one reply, one write.
local concat, insert = table.concat, table.insert
local pool = { pool_size = 64 }

local function encoded(words)
  local parts = { "*" .. #words .. "\r\n" }
  for _, word in ipairs(words) do
    word = tostring(word)
    insert(parts, "$" .. #word .. "\r\n" .. word .. "\r\n")
  end
  return concat(parts)
end

-- The reply of a script: text, a whole number as text, or nil and the error.
local function reply(socket)
  local line, failure = socket:receive()
  if not line then return nil, failure end
  local kind, rest = line:sub(1, 1), line:sub(2)
  if kind == "-" then return nil, rest end
  if kind ~= "$" then return rest end
  local text = socket:receive(tonumber(rest))
  socket:receive(2)
  return text
end

return function(words)
  local socket = ngx.socket.tcp()
  local ok, failure = socket:connect("127.0.0.1", settings.redis_port, pool)
  if not ok then return nil, failure end
  ok, failure = socket:send(encoded(words))
  if not ok then return nil, failure end
  local text
  text, failure = reply(socket)
  if text then socket:setkeepalive() end
  return text, failure
end

-- wrk sends the requests of a file in turn, each as it stands. A `<the-serial>` in one becomes a number never used before.
-- usage: wrk … -s requests.lua URL -- FILE FIRST_SERIAL
local heads, tails, count, next_request, serial = {}, {}, 0, 0, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for request in file:read("*a"):gmatch("[^%z]+") do
    count = count + 1
    local from, to = request:find("<the-serial>", 1, true)
    heads[count] = from and request:sub(1, from - 1) or request
    tails[count] = to and request:sub(to + 1)
  end
  file:close()
  serial = tonumber(arguments[2])
end

function request()
  next_request = next_request % count + 1
  local tail = tails[next_request]
  if not tail then return heads[next_request] end
  local text = ("%012d"):format(serial)
  serial = serial + 1
  return heads[next_request] .. text .. tail
end

function done(summary)
  local errors = summary.errors
  io.write(("\nRESULT %d %d %d %d\n"):format(
    summary.requests, summary.bytes, summary.duration,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end

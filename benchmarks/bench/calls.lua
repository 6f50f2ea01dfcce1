-- Sends the requests of the file that BENCH_CALLS names, in turn, and prints what came of it.
-- The file: method, target, then "name: value" lines, an empty line, the body; calls end with \30.
local prepared, turn = {}, 0

function init(args)
  local file = assert(io.open(os.getenv("BENCH_CALLS"), "rb"))
  local text = file:read("*a")
  file:close()
  for call in text:gmatch("([^\30]+)\30") do
    local head, body = call:match("^(.-)\n\n(.*)$")
    local lines = {}
    for line in head:gmatch("[^\n]+") do lines[#lines + 1] = line end
    local method, target = lines[1]:match("^(%S+) (%S+)$")
    local headers = {}
    for place = 2, #lines do
      local name, value = lines[place]:match("^(.-): (.*)$")
      headers[name] = value
    end
    if body == "" then body = nil end
    prepared[#prepared + 1] = wrk.format(method, target, headers, body)
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "refused": %d, "lost": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

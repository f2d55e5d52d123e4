-- Notes what receiving domains answered: back off, or go on as before.
--
-- KEYS: 1 the back-offs.
-- ARGV: 1 now in ms ("" = the server's clock), 2 JSON: [{field, accepted, delays = [ms …]} …]
-- A back-off is "<until ms> <step>". Answers while one lasts belong to it and make it no longer. A letter that
-- was accepted ends it, unless another of the same window was put off.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local untils = {}
for number, note in ipairs(cjson.decode(ARGV[2])) do
  local value = redis.call('HGET', KEYS[1], note.field)
  local ends, step = 0, 0
  if value then
    local a, b = string.match(value, '^(%d+) (%d+)$')
    ends, step = tonumber(a), tonumber(b)
  end
  if note.accepted then
    redis.call('HDEL', KEYS[1], note.field)
    ends = 0
  elseif ends <= now then
    step = math.min(step + 1, #note.delays)
    ends = now + note.delays[step]
    redis.call('HSET', KEYS[1], note.field, string.format('%.0f %d', ends, step))
  end
  untils[number] = ends
end
return cjson.encode(untils)

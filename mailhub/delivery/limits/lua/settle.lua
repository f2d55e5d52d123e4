-- Ends a grant: what was tried counts in the windows of now, the rest is free again at once.
-- Until here the letters counted as on their way in every window; a letter leaves between its admission and
-- this call, so every window that it can have left in counts it.
--
-- KEYS: 1 the register of grants, 2… one hash for each rule of the grant.
-- ARGV: 1 now in ms ("" = the server's clock), 2 the grant's name, 3 the rules, JSON:
--       [{kind, length, slot, segments, tried} …]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
redis.call('HDEL', KEYS[1], 'g:' .. ARGV[2])
for index, rule in ipairs(cjson.decode(ARGV[3])) do
  local key = KEYS[index + 1]
  redis.call('HDEL', key, 'g:' .. ARGV[2])
  if rule.tried > 0 then
    if rule.kind == 'sliding' then
      redis.call('HINCRBY', key, 's:' .. math.floor(now / rule.slot), rule.tried)
    elseif rule.kind == 'day' then
      local found = rule.segments[1]
      for _, segment in ipairs(rule.segments) do
        if segment[1] <= now then found = segment end
      end
      redis.call('HINCRBY', key, 'd:' .. found[3], rule.tried)
    end
    redis.call('PEXPIRE', key, 2 * rule.length + 259200000)
  end
end
return now

-- Decides, letter by letter in their order, which may leave now, and counts those as on their way.
-- One call is atomic, so any number of workers share one truth.
--
-- KEYS: 1 the mark, 2 the register of grants, 3 the back-offs, 4… one hash for each rule.
-- ARGV: 1 the mark: a word, a space, and the run of the server that knew it, 2 now in ms ("" = the server's clock), 3 the grant's name, 4 its owner,
--       5 until when it lasts, in ms from now, 6 the rules, 7 the groups, 8 each letter's group,
--       9 what was reserved of days, all JSON.
--   rule:    {kind, length, slot, spare, segments = [[start_ms, cap, label] …]}
--   group:   {rules = [index …], waits = field of the back-offs or ""}
--   reserved: [[rule, label, before, upto] …]
-- Answers JSON: {lost = true} when the mark is another, as after a flush or a restart; {need = [[rule, label, count] …]} when days must
-- be reserved first; else {now, blocked = [0 | rule index | -1 for a back-off …], rules = {index → state}}.
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if (redis.call('GET', KEYS[1]) or '') .. ' ' .. run ~= ARGV[1] then
  return cjson.encode({lost = true, now = now})
end
local floor_ms = tonumber(redis.call('HGET', KEYS[2], 'lost_at')) or -1
local rules, groups, letters = cjson.decode(ARGV[6]), cjson.decode(ARGV[7]), cjson.decode(ARGV[8])

local answered = {}
for _, given in ipairs(cjson.decode(ARGV[9])) do
  answered[given[1]] = true
  local key, label, before, upto = KEYS[given[1] + 3], given[2], given[3], given[4]
  local water = tonumber(redis.call('HGET', key, 'w:' .. label)) or 0
  if before >= water then
    -- What lies between may have been used: by somebody whose counts were lost, or who comes later.
    redis.call('HINCRBY', key, 'd:' .. label, before - water)
    redis.call('HSET', key, 'w:' .. label, upto)
  else
    -- Somebody came before us and counted ours as used; it is not.
    redis.call('HINCRBY', key, 'd:' .. label, before - upto)
  end
end

local function current(rule)
  local found = rule.segments[1]
  for _, segment in ipairs(rule.segments) do
    if segment[1] <= now then found = segment end
  end
  return found
end

-- What a rule holds now: {cap, label, used, open, room, water, releases}.
local function look(index)
  local rule, key = rules[index], KEYS[index + 3]
  local segment = current(rule)
  local state = {cap = segment[2], label = segment[3], used = 0, open = 0, releases = {}}
  local values = redis.call('HGETALL', key)
  local oldest, gone = -1, {}
  if rule.kind == 'sliding' then oldest = math.floor(now / rule.slot) - math.ceil(rule.length / rule.slot) end
  for at = 1, #values, 2 do
    local field, value = values[at], values[at + 1]
    local sort, rest = string.sub(field, 1, 2), string.sub(field, 3)
    if rest == ARGV[3] and sort == 'g:' then
      gone[#gone + 1] = field  -- The client asks a second time: it lost our first answer.
    elseif sort == 'g:' then
      state.open = state.open + tonumber(value)
    elseif sort == 's:' then
      local slot = tonumber(rest)
      if slot < oldest then
        gone[#gone + 1] = field
      else
        state.used = state.used + tonumber(value)
        state.releases[#state.releases + 1] =
          {(slot + math.ceil(rule.length / rule.slot) + 1) * rule.slot, tonumber(value)}
      end
    elseif sort == 'd:' and rest == state.label then
      state.used = state.used + tonumber(value)
    elseif sort == 'w:' and rest == state.label then
      state.water = tonumber(value)
    end
  end
  for first = 1, #gone, 500 do
    redis.call('HDEL', key, unpack(gone, first, math.min(first + 499, #gone)))
  end
  state.room = state.cap - rule.spare - state.used - state.open
  if rule.kind == 'sliding' and floor_ms >= 0 and now < floor_ms + rule.length then
    -- The counters were lost: any of the window may have left before.
    state.room = 0
    state.releases = {{floor_ms + rule.length, state.cap}}
  end
  return state
end

local demand = {}
for _, group in ipairs(letters) do
  for _, index in ipairs(groups[group].rules) do demand[index] = (demand[index] or 0) + 1 end
end
local states, need = {}, {}
for index = 1, #rules do
  if demand[index] then
    local state = look(index)
    states[index] = state
    if rules[index].kind == 'day' then
      local wanted = math.min(demand[index], state.room)
      local there = (state.water or -1) - state.used - state.open
      if wanted > 0 and there < wanted and (state.water or -1) < state.cap and not answered[index] then
        need[#need + 1] = {index, state.label, wanted - math.max(there, 0)}
      elseif there < state.room then
        state.room = there
      end
    end
  end
end
if #need > 0 then
  return cjson.encode({need = need, now = now})
end

local blocked, taken, waits = {}, {}, {}
for number, group_index in ipairs(letters) do
  local group, by = groups[group_index], 0
  if group.waits ~= '' then
    if waits[group_index] == nil then
      local value = redis.call('HGET', KEYS[3], group.waits)
      waits[group_index] = value and tonumber(string.match(value, '^(%d+)')) or 0
    end
    if waits[group_index] > now then by = -1 end
  end
  if by == 0 then
    for _, index in ipairs(group.rules) do
      if states[index].room < 1 then by = index; break end
    end
  end
  if by == 0 then
    for _, index in ipairs(group.rules) do
      states[index].room = states[index].room - 1
      taken[index] = (taken[index] or 0) + 1
    end
  end
  blocked[number] = by
end

local answer = {now = now, blocked = blocked, rules = {}, waits = {}}
local register = {}
for index, count in pairs(taken) do
  local key, rule = KEYS[index + 3], rules[index]
  redis.call('HSET', key, 'g:' .. ARGV[3], count)
  redis.call('PEXPIRE', key, 2 * rules[index].length + 2 * tonumber(ARGV[5]) + 259200000)
  register[#register + 1] = {key = key, kind = rule.kind, length = rule.length, slot = rule.slot,
    segments = rule.segments, tried = count}
end
if #register > 0 then
  redis.call('HSET', KEYS[2], 'g:' .. ARGV[3],
    cjson.encode({owner = ARGV[4], ends = now + tonumber(ARGV[5]), rules = register}))
end
for index, state in pairs(states) do
  answer.rules[tostring(index)] = {room = state.room, releases = state.releases, label = state.label}
end
for group, untilms in pairs(waits) do answer.waits[tostring(group)] = untilms end
return cjson.encode(answer)

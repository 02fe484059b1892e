-- Every change of state of jobs and tasks, each one atomic. Called by board.py:
--   KEYS[1] = prefix of all keys, ARGV = operation, its arguments …
--
--   <prefix>:job:<id>            hash: spec, owner, state, counts of tasks by state, totals
--   <prefix>:task:<id>:<n>       hash: state, batch, attempt, lease, progress, result
--   <prefix>:jobs, :jobs:<state>, :jobs:owner:<owner>   job ids, sorted by name, that is, by time
--   <prefix>:ready:<owner>       tasks that wait to be played, in their order; :owners who has any
--   <prefix>:ready:render:<owner>   tasks that were played and wait to be rendered; :owners:render who has any
--   <prefix>:delayed, :leases, :deadlines   what to look at again, by Unix time
--   <prefix>:running             hash: how many tasks of each owner run
--   <prefix>:active:<owner>      ids of the jobs that have not ended; :planned their episodes
--   <prefix>:stored              hash: how many bytes the jobs of each owner have stored
--   <prefix>:totals              hash: what all tasks have come to
--   <prefix>:events, :events:<id>   streams of what has happened
--   <prefix>:hook:<id>, :hooks:all, :hooks:owner:<owner>, :message:<id>, :messages   see hooks.py

redis.replicate_commands() -- Redis 6 would refuse to write after TIME

local prefix = KEYS[1]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local stamp = string.format('%.3f', now)

local EVENTS_KEPT = 20000
-- Waits between runs that fail double up to this many times the first one.
local MOST_BACKOFF = 64
-- Tasks are ordered by priority first, then by the order in which they became ready.
local PRIORITY_STEP = 2 ^ 40
local ENDED = { done = true, failed = true, cancelled = true }

local function key(...)
  return prefix .. ':' .. table.concat({ ... }, ':')
end

local function get(hash, field)
  return redis.call('HGET', hash, field) or nil
end

local function emit(job, kind, data)
  for _, stream in ipairs({ key('events'), key('events', job) }) do
    redis.call('XADD', stream, 'MAXLEN', '~', EVENTS_KEPT, '*', 'job', job, 'kind', kind, 'data', data)
  end
end

-- Messages for webhooks are made in the same step as the change that they tell of, so that none is lost.
local function announce(job, state)
  local hash = key('job', job)
  local kind = 'job.' .. state
  for _, hook in ipairs(redis.call('SUNION', key('hooks', 'all'), key('hooks', 'owner', get(hash, 'owner')))) do
    if string.find(',' .. get(key('hook', hook), 'events') .. ',', ',' .. kind .. ',', 1, true) then
      local spec = cjson.decode(get(hash, 'spec'))
      local data = { job = job, state = state, owner = get(hash, 'owner'), reason = get(hash, 'reason') }
      data.dataset, data.labels = spec.dataset, spec.labels
      for _, name in ipairs({ 'planned', 'episodes', 'frames', 'bytes', 'failures' }) do
        data[name] = tonumber(get(hash, name) or 0)
      end
      local id = 'msg_' .. job .. redis.call('INCR', key('message'))
      redis.call('HSET', key('message', id), 'hook', hook, 'kind', kind, 'data', cjson.encode(data), 'created', stamp)
      redis.call('ZADD', key('messages'), now, id)
      redis.call('RPUSH', key('hook', hook, 'log'), id)
    end
  end
end

-- Ready tasks -----------------------------------------------------------------------------------------

local STAGES = { 'render', 'play' } -- what was begun comes first

local function queue(name, stage)
  return stage == 'render' and key(name, 'render') or key(name)
end

local function place(job, number)
  local owner, stage = get(key('job', job), 'owner'), get(key('task', job, number), 'stage')
  return queue('ready', stage) .. ':' .. owner, queue('owners', stage), owner
end

local function push(job, number)
  local ready, owners, owner = place(job, number)
  local priority = tonumber(get(key('job', job), 'priority'))
  local order = redis.call('INCR', key('order')) - priority * PRIORITY_STEP
  redis.call('ZADD', ready, order, job .. ':' .. number)
  redis.call('SADD', owners, owner)
end

local function unqueue(job, number)
  local ready, owners, owner = place(job, number)
  redis.call('ZREM', key('delayed'), job .. ':' .. number)
  redis.call('ZREM', ready, job .. ':' .. number)
  if redis.call('ZCARD', ready) == 0 then
    redis.call('SREM', owners, owner)
  end
end

local function count_ready(stage)
  local count = 0
  for _, owner in ipairs(redis.call('SMEMBERS', queue('owners', stage))) do
    count = count + redis.call('ZCARD', queue('ready', stage) .. ':' .. owner)
  end
  return count
end

local function before(rank, best)
  for field = 1, #rank - 1 do
    if rank[field] ~= best[field] then
      return rank[field] < best[field]
    end
  end
  return false
end

-- The next task that a worker of that role can do: of the highest priority, then one that was played already,
-- then of the owner for whom the fewest run, then the oldest.
local function pick(role)
  local best
  for index, stage in ipairs(STAGES) do
    for _, owner in ipairs((role == 'both' or role == stage) and redis.call('SMEMBERS', queue('owners', stage)) or {}) do
      local first = redis.call('ZRANGE', queue('ready', stage) .. ':' .. owner, 0, 0, 'WITHSCORES')
      local score = tonumber(first[2])
      local running = tonumber(get(key('running'), owner) or 0)
      local rank = { math.floor(score / PRIORITY_STEP), index, running, score % PRIORITY_STEP, first[1] }
      if not best or before(rank, best) then
        best = rank
      end
    end
  end
  return best and best[#best]
end

-- States ----------------------------------------------------------------------------------------------

local function settled(before, counts, cancel)
  if counts.waiting + counts.running > 0 then
    local begun = before == 'running' or counts.running + counts.done + counts.failed > 0
    return begun and 'running' or 'queued'
  elseif cancel and counts.cancelled > 0 then
    return 'cancelled'
  end
  return counts.failed > 0 and 'failed' or 'done'
end

local function activate(job, owner, active)
  local planned = tonumber(get(key('job', job), 'planned'))
  if active and redis.call('SADD', key('active', owner), job) == 1 then
    redis.call('HINCRBY', key('planned'), owner, planned)
  elseif not active and redis.call('SREM', key('active', owner), job) == 1 then
    redis.call('HINCRBY', key('planned'), owner, -planned)
  end
end

local function settle(job)
  local hash = key('job', job)
  local counts = {}
  for _, state in ipairs({ 'waiting', 'running', 'done', 'failed', 'cancelled' }) do
    counts[state] = tonumber(get(hash, state))
  end
  local before = get(hash, 'state')
  local after = settled(before, counts, get(hash, 'cancel'))
  if before == after then
    return
  end
  redis.call('ZREM', key('jobs', before), job)
  redis.call('ZADD', key('jobs', after), 0, job)
  redis.call('HSET', hash, 'state', after)
  if after == 'running' and not get(hash, 'started') then
    redis.call('HSET', hash, 'started', stamp)
  end
  if ENDED[after] then
    redis.call('HSET', hash, 'ended', stamp)
    redis.call('ZREM', key('deadlines'), job)
  end
  activate(job, get(hash, 'owner'), not ENDED[after])
  emit(job, 'job', cjson.encode({ id = job, state = after, reason = get(hash, 'reason') }))
  announce(job, after)
end

local function move(job, number, after, reason)
  local hash, task = key('job', job), key('task', job, number)
  local before = get(task, 'state')
  redis.call('HINCRBY', hash, before, -1)
  redis.call('HINCRBY', hash, after, 1)
  redis.call('HSET', task, 'state', after)
  if before == 'running' then
    redis.call('ZREM', key('leases'), job .. ':' .. number)
    redis.call('HINCRBY', key('running'), get(hash, 'owner'), -1)
    redis.call('HDEL', task, 'lease', 'progress')
  elseif before == 'waiting' then
    unqueue(job, number)
  end
  if reason then
    redis.call('HSET', task, 'reason', reason)
  end
  if ENDED[after] then
    redis.call('HSET', task, 'ended', stamp)
    redis.call('HINCRBY', key('totals'), 'tasks_' .. after, 1)
  end
  local event = { number = tonumber(number), state = after, reason = reason }
  event.attempt = tonumber(get(task, 'attempt'))
  event.worker = get(task, 'worker')
  emit(job, 'task', cjson.encode(event))
  settle(job)
end

local function wait(job, number, delay, reason)
  local task = key('task', job, number)
  move(job, number, 'waiting', reason)
  redis.call('HSET', task, 'ready_at', string.format('%.3f', now + delay))
  if delay > 0 then
    redis.call('ZADD', key('delayed'), now + delay, job .. ':' .. number)
  else
    push(job, number)
  end
end

local function holds(job, number, lease)
  return get(key('task', job, number), 'lease') == lease
end

-- A run has failed or was lost: another one follows unless there were enough.
local function stumble(job, number, reason, attempts, backoff, final)
  local attempt = tonumber(get(key('task', job, number), 'attempt'))
  if get(key('job', job), 'cancel') then
    move(job, number, 'cancelled', reason)
  elseif final or attempt >= attempts then
    move(job, number, 'failed', reason)
  else
    wait(job, number, backoff * math.min(2 ^ (attempt - 1), MOST_BACKOFF), reason)
  end
end

local function drop_waiting(job, reason)
  for number = 0, tonumber(get(key('job', job), 'tasks')) - 1 do
    if get(key('task', job, number), 'state') == 'waiting' then
      move(job, number, 'cancelled', reason)
    end
  end
end

local function cancel(job, reason)
  local hash = key('job', job)
  if ENDED[get(hash, 'state')] then
    return 0
  end
  redis.call('HSET', hash, 'cancel', '1', 'reason', reason)
  drop_waiting(job, reason)
  return 1
end

-- Ends a job early when it has collected what was wanted, or its owner has stored what is allowed.
local function enough(job, stored)
  local hash = key('job', job)
  local wanted, allowed = tonumber(get(hash, 'wanted') or 0), tonumber(get(hash, 'bytes_allowed') or 0)
  if wanted > 0 and tonumber(get(hash, 'frames')) >= wanted then
    drop_waiting(job, 'enough was collected')
  elseif allowed > 0 and stored >= allowed then
    cancel(job, 'its owner has stored the ' .. allowed .. ' bytes that are allowed')
  end
end

local function split(member)
  return string.match(member, '^(.+):(%d+)$')
end

local function due(set)
  return redis.call('ZRANGEBYSCORE', key(set), '-inf', now)
end

-- Operations ------------------------------------------------------------------------------------------

local operations = {}

-- → {'made' | 'known', id} or {'other' | 'jobs' | 'episodes' | 'bytes', limit}
function operations.create(
  job, owner, spec, priority, planned, wanted, deadline, once, digest, seconds, jobs, episodes, bytes, cuts)
  local known = once ~= '' and key('once', owner, once)
  if known and redis.call('EXISTS', known) == 1 then
    return get(known, 'digest') == digest and { 'known', get(known, 'job') } or { 'other', '' }
  elseif tonumber(jobs) > 0 and redis.call('SCARD', key('active', owner)) >= tonumber(jobs) then
    return { 'jobs', jobs }
  elseif tonumber(episodes) > 0 and tonumber(get(key('planned'), owner) or 0) + planned > tonumber(episodes) then
    return { 'episodes', episodes }
  elseif tonumber(bytes) > 0 and tonumber(get(key('stored'), owner) or 0) >= tonumber(bytes) then
    return { 'bytes', bytes }
  end
  local batches, hash = cjson.decode(cuts), key('job', job)
  redis.call('HSET', hash, 'owner', owner, 'spec', spec, 'priority', priority, 'planned', planned, 'created', stamp,
    'wanted', wanted, 'bytes_allowed', bytes, 'state', 'queued', 'tasks', #batches, 'waiting', #batches, 'running', 0, 'done', 0, 'failed', 0, 'cancelled', 0)
  for index, batch in ipairs(batches) do
    redis.call('HSET', key('task', job, index - 1), 'state', 'waiting', 'first', batch[1], 'count', batch[2], 'attempt', 0)
    push(job, index - 1)
  end
  for _, set in ipairs({ key('jobs'), key('jobs', 'queued'), key('jobs', 'owner', owner) }) do
    redis.call('ZADD', set, 0, job)
  end
  if deadline ~= '' then
    redis.call('ZADD', key('deadlines'), deadline, job)
  end
  if known then
    redis.call('HSET', known, 'job', job, 'digest', digest)
    redis.call('EXPIRE', known, seconds)
  end
  activate(job, owner, true)
  emit(job, 'job', cjson.encode({ id = job, state = 'queued' }))
  return { 'made', job }
end

-- → {job, number}, or nothing when no task is ready, or those that play are too far ahead of those that render
function operations.claim(worker, lease, seconds, role, backlog)
  local member = not (role == 'play' and count_ready('render') >= tonumber(backlog)) and pick(role)
  if not member then
    return nil
  end
  local job, number = split(member)
  local task = key('task', job, number)
  redis.call('HINCRBY', task, 'attempt', 1)
  redis.call('HSET', task, 'worker', worker, 'started', stamp)
  redis.call('HDEL', task, 'ready_at', 'ended', 'reason')
  move(job, number, 'running')
  redis.call('HSET', task, 'lease', lease)
  redis.call('ZADD', key('leases'), now + seconds, member)
  redis.call('HINCRBY', key('running'), get(key('job', job), 'owner'), 1)
  return { job, number }
end

-- → 'ok', 'cancel' or 'lost'
function operations.beat(job, number, lease, seconds, progress)
  if not holds(job, number, lease) then
    return 'lost'
  end
  redis.call('ZADD', key('leases'), now + seconds, job .. ':' .. number)
  local task = key('task', job, number)
  if get(task, 'progress') ~= progress then
    redis.call('HSET', task, 'progress', progress)
    emit(job, 'progress', '{"number":' .. number .. ',"progress":' .. progress .. '}')
  end
  return get(key('job', job), 'cancel') and 'cancel' or 'ok'
end

function operations.finish(job, number, lease, result, episodes, frames, bytes, failures)
  if not holds(job, number, lease) then
    return 'lost'
  end
  local hash = key('job', job)
  redis.call('HSET', key('task', job, number), 'result', result)
  local figures = { episodes = episodes, frames = frames, bytes = bytes, failures = failures }
  for name, value in pairs(figures) do
    redis.call('HINCRBY', hash, name, value)
    redis.call('HINCRBY', key('totals'), name, value)
  end
  move(job, number, 'done')
  enough(job, redis.call('HINCRBY', key('stored'), get(hash, 'owner'), bytes))
  return 'ok'
end

function operations.fail(job, number, lease, reason, attempts, backoff, final)
  if not holds(job, number, lease) then
    return 'lost'
  end
  stumble(job, number, reason, tonumber(attempts), tonumber(backoff), final == '1')
  return 'ok'
end

-- The task was played: whoever renders goes on with it, with attempts of its own.
function operations.hand_on(job, number, lease, played)
  if not holds(job, number, lease) then
    return 'lost'
  end
  local task = key('task', job, number)
  if get(key('job', job), 'cancel') then
    move(job, number, 'cancelled', get(key('job', job), 'reason'))
  else
    redis.call('HSET', task, 'stage', 'render', 'played', played, 'attempt', 0)
    wait(job, number, 0)
  end
  return 'ok'
end

-- Hands a task back unharmed; a cancelled one ends here.
function operations.release(job, number, lease)
  if not holds(job, number, lease) then
    return 'lost'
  end
  if get(key('job', job), 'cancel') then
    move(job, number, 'cancelled', get(key('job', job), 'reason'))
  else
    redis.call('HINCRBY', key('task', job, number), 'attempt', -1)
    wait(job, number, 0)
  end
  return 'ok'
end

operations.cancel = cancel

-- → how many tasks run again, or -1 when the job has not ended
function operations.retry(job)
  local hash, count = key('job', job), 0
  if not ENDED[get(hash, 'state')] then
    return -1
  end
  redis.call('HDEL', hash, 'cancel', 'reason', 'ended')
  for number = 0, tonumber(get(hash, 'tasks')) - 1 do
    local task = key('task', job, number)
    local state = get(task, 'state')
    if state == 'failed' or state == 'cancelled' then
      redis.call('HSET', task, 'attempt', 0)
      redis.call('HDEL', task, 'reason', 'ended', 'worker', 'stage', 'played')
      wait(job, number, 0)
      count = count + 1
    end
  end
  return count
end

-- Looks after everything that time changes; → how many tasks are ready to be played, and to be rendered
function operations.sweep(attempts, backoff)
  for _, member in ipairs(due('delayed')) do
    redis.call('ZREM', key('delayed'), member)
    push(split(member))
  end
  for _, member in ipairs(due('leases')) do
    local job, number = split(member)
    local reason = 'worker ' .. get(key('task', job, number), 'worker') .. ' died or lost contact'
    stumble(job, number, reason, tonumber(attempts), tonumber(backoff))
  end
  for _, job in ipairs(due('deadlines')) do
    redis.call('ZREM', key('deadlines'), job)
    cancel(job, 'its deadline has passed')
  end
  return { count_ready('play'), count_ready('render') }
end

return operations[ARGV[1]](unpack(ARGV, 2))

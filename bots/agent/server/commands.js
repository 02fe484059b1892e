'use strict'

/**
 * Commands, in Minecraft's spelling and with its answers, as far as the agent's operator gives them: for a server that
 * is reached over TCP. Stock knows other ones. Only the players in `serv.operators` may give them.
 */

const { Vec3 } = require('vec3')
const { sidesOf } = require('../signs')

const N = '(-?[\\d.]+(?:e-?\\d+)?)'
const MODES = { survival: 0, creative: 1, adventure: 2, spectator: 3 }
const SLOTS = { hotbar: 36, inventory: 9 }
const FULL = 20
const SILENT = Symbol('no answer')

const vec = (...numbers) => new Vec3(...numbers.map(Number))
const bare = name => name.replace('minecraft:', '')

const UNKNOWN = { refused: 'command.unknown.command' }

class Refused extends Error {}

/** Makes the next tick take away a mob as dead, an item as old. */
function remove (entity) {
  entity.updateHealth?.(0)
  Object.assign(entity, { hurtAt: -Infinity, born: -Infinity })
}

function find (serv, name) {
  const player = serv.players.find(({ username }) => username === name)
  if (!player) throw new Refused('argument.entity.notfound.player')
  return player
}

// Each: what is said, what it does (SILENT: that is not answered, as in the game), and the key of the answer.
const GRAMMAR = [
  [`tp (\\S+) ${N} ${N} ${N} ${N} ${N}`, (serv, name, x, y, z, yaw, pitch) => {
    find(serv, name).teleport(vec(x, y, z), { yaw: Number(yaw), pitch: Number(pitch) })
  }, 'commands.teleport.success.location.single'],

  ['gamemode (\\w+) (\\S+)', (serv, mode, name) => {
    const player = find(serv, name)
    if (player.gameMode === MODES[mode]) return SILENT
    player.setGameMode(MODES[mode])
  }, 'commands.gamemode.success.other'],

  ['clear (\\S+)', (serv, name) => {
    const player = find(serv, name)
    player.inventory.slots.forEach((item, slot) => { if (item) player.setSlot(slot, item.name, 0) })
  }, 'commands.clear.success.single'],

  ['item replace entity (\\S+) (\\w+)\\.(\\d+) with (\\S+)(?: (\\d+))?', (serv, name, place, index, item, count = 1) => {
    if (!(place in SLOTS)) throw new Refused('slot.unknown')
    find(serv, name).setSlot(SLOTS[place] + Number(index), bare(item), bare(item) === 'air' ? 0 : Number(count))
  }, 'commands.item.entity.set.success.single'],

  [`item replace block ${N} ${N} ${N} container\\.(\\d+) with (\\S+) (\\d+)`, (serv, x, y, z, slot, item, count) => {
    serv.fillChest(vec(x, y, z), [[Number(slot), bare(item), Number(count)]])
  }, 'commands.item.block.set.success'],

  ['effect give (\\S+) (\\S+) \\d+ \\d+(?: \\w+)?', (serv, name, effect) => {
    if (bare(effect) === 'instant_health') find(serv, name).updateHealth(FULL)
  }, 'commands.effect.give.success.single'],

  [`setblock ${N} ${N} ${N} ([\\w:]+)(?:\\[(.*)\\])?`, (serv, x, y, z, name, properties = '') => {
    const pairs = properties.split(',').filter(Boolean).map(pair => pair.split('='))
    serv.setBlock(serv.overworld, vec(x, y, z), serv.stateOf(bare(name), Object.fromEntries(pairs)))
  }, 'commands.setblock.success'],

  [`data merge block ${N} ${N} ${N} (\\{.*\\})`, (serv, x, y, z, data) => {
    const { lines, colour, glowing } = sidesOf(JSON.parse(data)).front
    serv.writeSign(vec(x, y, z), { lines, colour, glowing })
  }, 'commands.data.block.modified'],

  [`summon (\\S+) ${N} ${N} ${N}`, (serv, name, x, y, z) => serv.spawnHostile(bare(name), vec(x, y, z)), 'commands.summon.success'],

  [`kill @e\\[type=!player,x=${N},y=${N},z=${N},distance=\\.\\.${N}\\]`, (serv, x, y, z, distance) => {
    const near = entity => entity.type !== 'player' && entity.position.distanceTo(vec(x, y, z)) <= Number(distance)
    const found = Object.values(serv.entities).filter(near)
    if (found.length === 0) throw new Refused('argument.entity.notfound.entity')
    found.forEach(remove)
  }, 'commands.kill.success.multiple'],

  ['weather (clear|rain|thunder)', (serv, kind) => {
    serv.setWeather(kind === 'clear' ? 0 : 1, kind === 'thunder' ? 1 : 0)
  }, 'commands.weather.set'],

  ['time query gametime', () => {}, 'commands.time.query'],
  ['time set (\\d+)', (serv, time) => serv.setTime(Number(time)), 'commands.time.set'],

  ['gamerule doDaylightCycle (true|false)', (serv, on) => serv.setTime(serv.daytime.time, on === 'true'), 'commands.gamerule.set'],

  // Nothing of these happens by itself on this server.
  ['gamerule (?:doMobSpawning|doWeatherCycle) false', () => {}, 'commands.gamerule.set'],
  ['gamerule sendCommandFeedback true', () => {}, 'commands.gamerule.set'],

  [`tick rate ${N}`, (serv, rate) => serv.setRate(Number(rate)), 'commands.tick.rate.success']
].map(([pattern, act, answer]) => ({ pattern: new RegExp(`^${pattern}$`), act, answer }))

/** Whether a command is understood. */
module.exports.understands = command => GRAMMAR.some(({ pattern }) => pattern.test(command))

module.exports.server = (serv, { operators = [] }) => {
  serv.operators = operators
}

module.exports.player = (player, serv) => {
  player.handleCommand = async command => {
    const { done, refused } = serv.operators.includes(player.username) ? carryOut(serv, command) : UNKNOWN
    if (refused) player.system({ text: '', color: 'red', extra: [{ translate: refused }] })
    else if (done) player.system({ translate: done, with: [] })
  }
}

function carryOut (serv, command) {
  const rule = GRAMMAR.find(({ pattern }) => pattern.test(command))
  if (!rule) return UNKNOWN
  try {
    if (rule.act(serv, ...command.match(rule.pattern).slice(1)) === SILENT) return {}
  } catch (error) {
    return { refused: error instanceof Refused ? error.message : 'command.failed' }
  }
  return { done: rule.answer }
}

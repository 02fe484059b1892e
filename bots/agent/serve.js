'use strict'

/**
 * The agent's server by itself, in real time, on a TCP port: what the image in docker/minecraft runs, and a server to
 * try the players of the network against where no other can be had.
 *
 * It is configured like itzg/minecraft-server, by these variables: SEED, LEVEL_TYPE (minecraft:flat or minecraft:normal),
 * GENERATOR_SETTINGS (top layer and biome of a flat world), VIEW_DISTANCE, MAX_PLAYERS, OPS (names, separated by
 * commas), SERVER_PORT. It keeps nothing: when the last player has
 * left, the world is as it was made.
 */

const clock = require('./clock')
clock.install()
const { createServer } = require('./server')
const { Pacer } = require('./pacer')
const { Sockets } = require('./sockets')
const { SURFACES } = require('./worlds/flat')

const STANDARD = 20 // ticks per second
const WORLDS = { flat: 'flat', normal: 'terrain' }
const LOGIN = 30000 // ms to log in

const say = text => process.stderr.write(`${text}\n`)

function options (env) {
  const kind = WORLDS[(env.LEVEL_TYPE ?? 'minecraft:normal').toLowerCase().replace('minecraft:', '')]
  if (!kind) throw new Error(`LEVEL_TYPE=${env.LEVEL_TYPE}: expected minecraft:flat or minecraft:normal`)
  const seed = Number(env.SEED ?? 0)
  const layers = env.GENERATOR_SETTINGS ? JSON.parse(env.GENERATOR_SETTINGS) : {}
  return {
    version: '1.18.2',
    world: { kind, seed, surface: surfaceOf(layers), time: 6000, rain: 0, thunder: 0 },
    seed,
    viewDistance: Number(env.VIEW_DISTANCE ?? 8),
    maxPlayers: Number(env.MAX_PLAYERS ?? 20),
    operators: (env.OPS ?? '').split(',').filter(Boolean),
    port: Number(env.SERVER_PORT ?? 25565),
    kickTimeout: LOGIN,
    debug: () => {} // else flying-squid ends the process without a word when anything goes wrong
  }
}

/** The flat world that has this top layer and biome. */
function surfaceOf ({ layers, biome }) {
  const named = Object.entries(SURFACES).find(([, { surface, biome: own }]) =>
    layers?.at(-1).block === `minecraft:${surface}` && biome === `minecraft:${own}`)
  return named?.[0] ?? 'grass'
}

async function run (env) {
  clock.follow()
  const sockets = new Sockets()
  const serv = createServer({ ...options(env), transport: sockets })
  let pacer = new Pacer(STANDARD)
  serv.setRate = rate => { pacer = new Pacer(rate) }
  serv.on('listening', port => say(`listening on ${port}`))
  serv.on('newPlayer', player => player.on('disconnected', () => setImmediate(() => forget(serv))))
  for (;;) {
    await pacer.wait()
    clock.advance()
    sockets.takeFaults().forEach(say)
  }
}

/** Takes the world back to how it was made, when nobody is there. */
function forget (serv) {
  if (serv.players.length > 0) return
  serv.overworld.columns = {}
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
process.stdout.write = () => true // flying-squid prompts and chats
console.error = (...words) => say(words.map(word => word?.message ?? word).join(' '))
run(process.env).catch(error => {
  say(error.stack)
  process.exit(1)
})

'use strict'

/**
 * The server in this process: connections in memory, virtual time, requests carried out by direct calls.
 *
 * It and `Network` have the same shape, which is what a `Stage` needs of a server.
 */

const clock = require('./clock')
const requests = require('./requests')
const { Transport } = require('./transport')
const { createServer } = require('./server')
const { load } = require('./server/chunks')

const MAX_TURNS = 200 // event loop turns to become quiet in

class Embedded {
  /** `{ version, world: { kind, seed, … }, seed, viewDistance, maxPlayers }` */
  constructor (options) {
    this.options = options
    this.transport = new Transport()
    this.patience = 200 // ticks that anything may take
    this.settled = 5 // ticks in which a move shows everywhere
  }

  get faults () {
    return this.transport.faults
  }

  /** Starts it; `until` lets ticks pass. Returns what the world is like. */
  async open (until) {
    this.started = clock.EPOCH
    this.serv = createServer({ ...this.options, transport: this.transport })
    await until(() => this.serv.pluginsReady && this.transport.server, 'start the server')
    const column = load(this.serv.overworld, 0, 0)
    const { version, registry } = { version: this.options.version, registry: this.serv.registry }
    return { version, registry, minY: column.minY, height: column.worldHeight }
  }

  /** The highest block at each of `[[x, z]]`: `[[y, name]]`. */
  async survey (columns) {
    return columns.map(([x, z]) => {
      load(this.serv.overworld, x >> 4, z >> 4)
      return this.serv.surfaceAt(x, z)
    })
  }

  /** Options by which a player connects. */
  connection () {
    return { connect: client => this.transport.connect(client) }
  }

  /** To be called before a player logs in at `{ name, x, y, z, yaw, pitch }`. */
  expect ({ name, x, y, z, yaw, pitch }) {
    this.serv.arrivals.set(name, { x, y, z, heading: requests.degrees(yaw, pitch) })
  }

  /** Whether the server has let the player in. */
  knows (name) {
    return this.serv.players.some(({ username }) => username === name)
  }

  /** To be called when all are in. */
  async welcome () {}

  /** Carries out requests of the table in `requests.js`: `[{ request, … }]`, and waits until they show. */
  async request (list) {
    await this.send(list)
    await this.quiet()
  }

  /** Carries out requests during play: they show at the next tick. */
  async send (list) {
    for (const { request, ...details } of list) await requests[request](this.serv, details)
    await this.quiet()
  }

  /** Lets one tick pass. */
  async tick () {
    clock.advance()
    await this.quiet()
  }

  /** Delivers packets until nobody has anything more to say. */
  async quiet () {
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      const delivered = this.transport.deliver()
      await clock.turn()
      if (delivered === 0 && this.transport.queue.length === 0) return
    }
    throw new Error(`packets were still being written after ${MAX_TURNS} turns`)
  }

  /** To be called when everything is loaded. */
  begin () {
    clock.seed(this.options.seed) // what was loaded for the first time has used some numbers up
  }

  /** To be called at tick 0. */
  start () {}

  /** How the clock has run since tick 0. */
  clock () {
    return { mode: 'virtual', ticks_per_second: null }
  }

  /** The faults since the last call. */
  takeFaults () {
    return this.transport.takeFaults()
  }

  async close () {
    this.serv.stopTickInterval()
  }
}

module.exports = { Embedded }

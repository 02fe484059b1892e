'use strict'

const fs = require('fs')
const clock = require('./clock')
const requests = require('./requests')
const { Controls } = require('./controls')
const { Observer } = require('./observer')
const { WorldView } = require('./sections')
const { Transport } = require('./transport')
const { createPlayer, isSettled } = require('./players')
const { createServer } = require('./server')
const { load } = require('./server/chunks')
const { plan } = require('./planner')
const { seenEntities } = require('./entities')
const { palette } = require('./palette')
const { Sky } = require('./sky')

const MAX_TURNS = 200 // event loop turns to become quiet in
const MAX_SETTLE = 200 // ticks to come to rest in

/** One server, its players and their clock. */
class Stage {
  /** `{ version, world: { kind, seed, … }, seed, viewDistance, maxPlayers }` */
  constructor (options) {
    this.options = options
    this.transport = new Transport()
    this.players = []
  }

  async open () {
    this.serv = createServer({ ...this.options, transport: this.transport })
    await this.until(() => this.serv.pluginsReady && this.transport.server, 'start the server')
    const column = load(this.serv.overworld, 0, 0)
    return { minY: column.minY, height: column.worldHeight, palette: palette(this.serv.registry), versions: versions() }
  }

  /** The highest block at each of `[[x, z]]`: `[[y, name]]`. */
  survey (columns) {
    return columns.map(([x, z]) => {
      load(this.serv.overworld, x >> 4, z >> 4)
      return this.serv.surfaceAt(x, z)
    })
  }

  /** Logs players in, one after the other, at `[{ name, x, y, z, yaw, pitch }]`, and waits until all stand still. */
  async join (arrivals) {
    for (const { name, x, y, z, yaw, pitch } of arrivals) {
      this.serv.arrivals.set(name, { x, y, z, heading: requests.degrees(yaw, pitch) })
      const bot = createPlayer({ name, transport: this.transport, ...this.options })
      const controls = new Controls(bot)
      const player = { bot, controls, observer: new Observer(bot, controls) }
      this.players.push(player)
      await this.until(() => this.serv.players.some(({ username }) => username === name) && bot.entity?.position, `log in ${name}`)
    }
    this.sky = new Sky(this.players[0].bot)
    await this.settle()
  }

  /** Carries out requests of the table in `requests.js`: `[{ request, … }]`. */
  async request (list) {
    for (const { request, ...details } of list) await requests[request](this.serv, details)
    await this.quiet()
  }

  /** Lets ticks pass without controls until everybody stands still with all chunks loaded. */
  async settle () {
    const settled = () => this.players.every(({ bot }) => isSettled(bot, this.options.viewDistance))
    for (let ticks = 0; ticks < MAX_SETTLE; ticks++) {
      this.players.forEach(({ controls }) => controls.apply({}))
      await this.tick()
      if (ticks >= 5 && settled()) return { ticks }
    }
    throw new Error(`the players did not come to rest within ${MAX_SETTLE} ticks`)
  }

  /** The state before the first tick; all that is in view counts as new. `{ file }` takes the sections. */
  begin ({ file }) {
    clock.seed(this.options.seed) // what was loaded for the first time has used some numbers up
    this.view = new WorldView(this.players.map(({ bot }) => bot))
    this.players.forEach(({ observer }) => observer.forget())
    return this.observe({ file })
  }

  /** Plays one tick: `{ commands: [one per player], requests, file }`. Returns what was done and the state after it. */
  async step ({ commands, requests: asked, file }) {
    if (asked.length > 0) await this.request(asked)
    this.players.forEach(({ controls }, index) => controls.apply(commands[index]))
    await this.tick()
    return this.observe({ file })
  }

  observe ({ file }) {
    const { positions, data } = this.view.takeSections()
    if (positions.length > 0) fs.writeFileSync(file, data)
    return {
      actions: this.players.map(({ controls }) => controls.done),
      players: this.players.map(({ observer }) => observer.read()),
      clock: this.sky.read(),
      entities: seenEntities(this.players.map(({ bot }) => bot)),
      blocks: this.view.takeChanges(),
      sections: positions,
      faults: this.transport.takeFaults()
    }
  }

  plan ({ player, ...goal }) {
    return plan(this.players[player].bot, goal)
  }

  async tick () {
    clock.advance()
    await this.quiet()
    this.sky?.tick()
    this.players.forEach(({ controls }) => controls.settle())
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

  async until (done, what) {
    for (let ticks = 0; ticks < MAX_SETTLE; ticks++) {
      if (done()) return
      clock.advance()
      await this.quiet()
    }
    throw new Error(`could not ${what}: ${this.transport.takeFaults().join('; ') || 'no reason known'}`)
  }

  close () {
    this.players.forEach(({ bot }) => bot._client.end('stage closed'))
    this.serv.stopTickInterval()
  }
}

function versions () {
  const { dependencies } = require('./package.json')
  return { node: process.versions.node, ...dependencies }
}

module.exports = { Stage }

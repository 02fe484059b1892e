'use strict'

const fs = require('fs')
const { Vec3 } = require('vec3')
const { Controls } = require('./controls')
const { Embedded } = require('./embedded')
const { Network } = require('./network')
const { Observer } = require('./observer')
const { WorldView } = require('./sections')
const { outline } = require('./outlines')
const { createPlayer, isSettled } = require('./players')
const { plan } = require('./planner')
const { seenEntities } = require('./entities')
const { palette } = require('./palette')
const { SignView } = require('./signs')
const { Sky } = require('./sky')

/** One server, its players and their clock. */
class Stage {
  /**
   * `{ version, world: { kind, seed, … }, seed, viewDistance, maxPlayers }` for a server of its own, or
   * `{ server: { host, port, … }, world, seed, viewDistance }` for one that somebody else runs.
   */
  constructor (options) {
    this.options = options
    this.server = options.server ? new Network(options) : new Embedded(options)
    this.players = []
  }

  async open () {
    const { version, registry, minY, height } = await this.server.open((done, what) => this.until(done, what))
    this.version = version
    return { minecraft: version, minY, height, palette: palette(registry), versions: versions() }
  }

  /** The highest block at each of `[[x, z]]`: `[[y, name]]`. */
  survey (columns) {
    return this.server.survey(columns)
  }

  /** Logs players in, one after the other, at `[{ name, x, y, z, yaw, pitch }]`, and waits until all stand still. */
  async join (arrivals) {
    for (const arrival of arrivals) {
      this.server.expect(arrival)
      await this.admit(arrival.name)
    }
    await this.server.welcome()
    this.sky = new Sky(this.players[0].bot)
    await this.settle()
  }

  async admit (name) {
    const { version, server } = this
    const connection = server.connection()
    const bot = createPlayer({ name, version, connection, faults: server.faults, viewDistance: this.options.viewDistance })
    const controls = new Controls(bot)
    this.players.push({ bot, controls, observer: new Observer(bot, controls) })
    await this.until(() => server.knows(name) && bot.entity?.position, `log in ${name}`)
  }

  /** Carries out requests of the table in `requests.js`: `[{ request, … }]`. */
  async request (list) {
    await this.server.request(list)
  }

  /** Lets ticks pass without controls until everybody stands still with all chunks loaded. */
  async settle () {
    const { patience, settled } = this.server
    const view = bot => Math.min(this.options.viewDistance, bot.game.serverViewDistance ?? Infinity)
    for (let ticks = 0; ticks < patience; ticks++) {
      this.players.forEach(({ controls }) => controls.apply({}))
      await this.tick()
      if (ticks >= settled && this.players.every(({ bot }) => isSettled(bot, view(bot)))) return { ticks }
    }
    throw new Error(`the players did not come to rest within ${patience} ticks`)
  }

  /** The state before the first tick; all that is in view counts as new. `{ file }` takes the sections. */
  begin ({ file }) {
    this.begun = false
    this.server.begin()
    this.view = new WorldView(this.players.map(({ bot }) => bot), this.options.viewDistance)
    this.signs = new SignView(this.players.map(({ bot }) => bot))
    this.players.forEach(({ observer }) => observer.forget())
    return this.observe({ file })
  }

  /** Plays one tick: `{ commands: [one per player], requests, file }`. Returns what was done and the state after it. */
  async step ({ commands, requests, file }) {
    if (!this.begun) this.server.start()
    this.begun = true
    if (requests.length > 0) await this.server.send(requests)
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
      signs: this.signs.take(),
      faults: this.server.takeFaults()
    }
  }

  plan ({ player, ...goal }) {
    return plan(this.players[player].bot, goal)
  }

  /** The boxes by which a player points at the block of a cell, `[[x0, y0, z0, x1, y1, z1]]` within it. */
  outline ({ player, x, y, z }) {
    return outline(this.players[player].bot.blockAt(new Vec3(x, y, z)))
  }

  /** How the clock has run since tick 0 (`pacer.js`), and the date of that, in ms. */
  clock () {
    return { started: this.server.started, ...this.server.clock() }
  }

  async tick () {
    await this.server.tick()
    this.sky?.tick()
    this.players.forEach(({ controls }) => controls.settle())
  }

  async until (done, what) {
    for (let ticks = 0; ticks < this.server.patience; ticks++) {
      if (done()) return
      if (this.server.faults.length > 0) break
      await this.server.tick()
    }
    throw new Error(`could not ${what}: ${this.server.takeFaults().join('; ') || 'no reason known'}`)
  }

  async close () {
    await this.server.close()
    this.players.forEach(({ bot }) => bot._client.end('stage closed'))
  }
}

function versions () {
  const { dependencies } = require('./package.json')
  return { node: process.versions.node, ...dependencies }
}

module.exports = { Stage }

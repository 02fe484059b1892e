'use strict'

/**
 * A server that somebody else runs, reached over TCP: real time, one clock for all players of this process, requests
 * carried out by an operator's commands.
 *
 * It and `Embedded` have the same shape, which is what a `Stage` needs of a server.
 */

const minecraftData = require('minecraft-data')
const { ping } = require('minecraft-protocol')
const clock = require('./clock')
const { commands, spelling } = require('./commands')
const { Operator } = require('./operator')
const { Pacer } = require('./pacer')

const STANDARD = 20 // ticks per second
const NOON = 6000
const MAX_TOLD = 300 // characters of commands in an error
const SILENCE = 20000 // ms without news of the server's clock, which comes every second
const CLEARED = 96 // blocks around the players in which items and mobs are removed

class Network {
  /** `{ server: { host, port, operator, ticksPerSecond (null: as it is) }, world: { time, rain, thunder }, viewDistance }` */
  constructor (options) {
    this.options = options
    this.server = options.server
    this.rate = this.server.ticksPerSecond ?? STANDARD
    this.pacer = new Pacer(this.rate)
    this.arrivals = []
    this.faults = []
    this.patience = 25 * this.rate
    this.settled = 10
  }

  /** Reaches it; `until` lets ticks pass. Returns what the world is like. */
  async open (until) {
    clock.follow()
    const { version, minecraft } = await this.ask(until)
    this.version = minecraft
    this.spelling = spelling(version)
    this.operator = new Operator({ name: this.server.operator, version: minecraft, connection: this.connection(), faults: this.faults })
    const { bot } = this.operator
    await until(() => this.operator.present, `log in ${this.operator.name}`)
    this.heard = clock.realNow()
    bot.on('time', () => this.hear(bot.time.age))
    await this.prepare(until)
    return { version: minecraft, registry: bot.registry, minY: bot.game.minY, height: bot.game.height }
  }

  /** The version that the server speaks, by its answer to a ping. */
  async ask (until) {
    const { host, port } = this.server
    let answer = null
    let failure = null
    ping({ host, port }).then(found => { answer = found }, error => { failure = error })
    await until(() => answer || failure, `reach ${host}:${port}`)
    if (failure) throw new Error(`no Minecraft server answers at ${host}:${port}: ${failure.message || failure.code}`)
    const [known] = minecraftData.postNettyVersionsByProtocolVersion.pc[answer.version.protocol] ?? []
    if (!known) throw new Error(`${answer.version.name} (protocol ${answer.version.protocol}) is unknown to minecraft-data`)
    return { minecraft: known.minecraftVersion, version: minecraftData(known.minecraftVersion).version }
  }

  async prepare (until) {
    this.until = until
    const { spelling: { rules }, operator } = this
    const { time = NOON, rain = 0, thunder = 0 } = this.options.world
    await this.order([
      `gamerule ${rules.commandFeedback} true`,
      `gamemode spectator ${operator.name}`,
      `gamerule ${rules.weatherCycle} false`,
      `gamerule ${rules.mobSpawning} false`,
      ...this.spell({ request: 'time', time, running: true }),
      ...this.spell({ request: 'weather', rain, thunder })
    ])
    if (this.server.ticksPerSecond) await this.order([`tick rate ${this.rate}`])
  }

  /** The highest block at each of `[[x, z]]`: `[[y, name]]`. */
  async survey (columns) {
    const middle = axis => columns.reduce((sum, column) => sum + column[axis], 0) / columns.length
    this.middle = { x: middle(0), z: middle(1) }
    await this.order([this.operator.flight(this.middle)])
    const { world } = this.operator.bot
    const seen = ([x, z]) => world.getColumn(x >> 4, z >> 4)
    await this.until(() => columns.every(seen) && this.operator.sees(this.middle), 'load the ground')
    return columns.map(([x, z]) => this.operator.surface(x, z))
  }

  /** Options by which a player connects. */
  connection () {
    return { host: this.server.host, port: this.server.port }
  }

  /** To be called before a player logs in at `{ name, x, y, z, yaw, pitch }`. */
  expect (arrival) {
    this.arrivals.push(arrival)
  }

  /** Whether the server has let the player in. */
  knows (name) {
    return Boolean(this.operator.bot.players[name])
  }

  /** To be called when all are in: each gets a fresh start in its place. */
  async welcome () {
    const around = `x=${this.middle.x},y=64,z=${this.middle.z},distance=..${CLEARED + 64}`
    const fresh = ({ name }, player) => [
      `gamemode survival ${name}`,
      `clear ${name}`,
      `effect give ${name} instant_health 1 10 true`,
      `effect give ${name} saturation 1 20 true`,
      ...this.spell({ request: 'teleport', player, ...this.arrivals[player] })
    ]
    await this.order([...this.arrivals.flatMap(fresh), `kill @e[type=!player,${around}]`])
  }

  /** Carries out requests of the table in `commands.js`: `[{ request, … }]`, and waits until they are answered. */
  async request (list) {
    await this.order(list.flatMap(request => this.spell(request)))
  }

  /** Carries out requests during play: they show when the server has got to them. */
  async send (list) {
    this.operator.say(list.flatMap(request => this.spell(request)))
  }

  spell ({ request, ...details }) {
    if (!(request in commands)) throw new Error(`no command of Minecraft does what the request ${request} asks for`)
    return commands[request](details, { ...this.spelling, names: this.arrivals.map(({ name }) => name) })
  }

  async order (list) {
    const { operator } = this
    const what = `/${list.join(', /')}`.slice(0, MAX_TOLD)
    operator.order(list)
    await this.until(() => operator.done, `have the server answer ${what} (is ${operator.name} an operator there?)`)
    const refused = operator.takeRefused()
    if (refused.length > 0) throw new Error(`the server refused one of ${what}: ${refused.join('; ')}; is ${operator.name} an operator there?`)
  }

  /** Lets one tick pass: players move now, all at once, and what the server says arrives until the next one is due. */
  async tick () {
    clock.advance()
    await this.pacer.wait()
    if (this.heard && clock.realNow() - this.heard > SILENCE) throw new Error(`the server has been silent for ${SILENCE / 1000} s`)
  }

  hear (age) {
    this.heard = clock.realNow()
    this.pacer.hear(age)
  }

  /** To be called when everything is loaded. */
  begin () {
    clock.seed(this.options.seed)
  }

  /** To be called at tick 0. */
  start () {
    this.started = clock.follow()
    this.pacer.begin()
  }

  /** How the clock has run since tick 0. */
  clock () {
    const mode = this.server.ticksPerSecond ? 'rate' : 'realtime'
    return { mode, ticks_per_second: this.rate, ...this.pacer.read() }
  }

  /** The faults since the last call. */
  takeFaults () {
    const refused = this.operator?.takeRefused() ?? []
    return [...this.faults.splice(0), ...refused.map(reason => `the server refused a command: ${reason}`)]
  }

  async close () {
    if (this.server.ticksPerSecond && this.operator?.present) {
      await this.order([`tick rate ${STANDARD}`]).catch(() => {}) // a server that is gone has no rate
    }
    this.operator?.bot._client.end('stage closed')
  }
}

module.exports = { Network }

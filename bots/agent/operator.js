'use strict'

/**
 * The player that gives the commands on a server that is not ours. It stays in one place high above the others, unseen
 * (a spectator), and looks at the ground for them.
 *
 * A server answers each command with one message, in the order of the commands.
 */

const { createPlayer, seesAround } = require('./players')
const { surface } = require('./server/surface')

const SIGHT = 4 // chunks around it that it loads
const ALTITUDE = 250

// What a command answers that had nothing to do.
const NOTHING_TO_DO = /^(commands\.(setblock|fill|effect\.clear\.\w+)\.failed|argument\.entity\.notfound\.\w+|clear\.failed\.\w+)$/
const ANSWER = /^(commands?|argument|parsing|clear|permissions)\./

class Operator {
  constructor ({ name, version, connection, faults }) {
    this.name = name
    this.waiting = [] // commands that have not been answered
    this.refused = [] // `command: answer`
    this.bot = createPlayer({ name, version, connection, faults, viewDistance: SIGHT })
    this.bot.physicsEnabled = false
    this.bot.on('message', message => this.hear(message.json ?? message))
  }

  /** Whether it is in the world. */
  get present () {
    return Boolean(this.bot.entity?.position && this.bot.game?.height)
  }

  /** Gives commands, without slash. */
  say (commands) {
    for (const command of commands) {
      this.waiting.push(command)
      this.bot.chat(`/${command}`)
    }
  }

  hear (message) {
    if (this.waiting.length === 0) return
    const failure = refusal(message)
    if (!failure && !ANSWER.test(message.translate ?? '')) return
    const command = this.waiting.shift()
    if (failure && !NOTHING_TO_DO.test(failure)) this.refused.push(`/${command}: ${failure}`)
  }

  /** What was refused since the last call. */
  takeRefused () {
    const refused = this.refused
    this.refused = []
    return refused
  }

  /** The command by which it goes above a place. */
  flight ({ x, z }) {
    return `tp ${this.name} ${x} ${ALTITUDE} ${z} 0 0`
  }

  sees (position) {
    return seesAround(this.bot, position, SIGHT)
  }

  /** `[y, name]` of the highest block at a column in sight. */
  surface (x, z) {
    return surface(this.bot.world.getColumn(x >> 4, z >> 4), this.bot.registry, x, z)
  }
}

/** The reason why a command was refused: the key of a red message, or its text. Null for other messages. */
function refusal ({ translate, text, color, extra }) {
  if (color !== 'red') return null
  return translate || extra?.[0]?.translate || text || extra?.map(part => part.text).join('') || 'refused'
}

module.exports = { Operator, ALTITUDE }

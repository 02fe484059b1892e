'use strict'

/**
 * The player that gives the commands on a server that is not ours. It stays in one place high above the others, unseen
 * (a spectator), and looks at the ground for them.
 *
 * A server answers commands in their order, but not all of them: some that change nothing are passed over in silence.
 * So a question that is always answered is asked behind them, and what comes before its answer is about them.
 */

const { createPlayer, seesAround } = require('./players')
const { surface } = require('./server/surface')

const SIGHT = 4 // chunks around it that it loads
const ALTITUDE = 250

// What a command answers that had nothing to do.
const NOTHING_TO_DO = /^(commands\.(setblock|fill|effect\.clear\.\w+)\.failed|argument\.entity\.notfound\.\w+|clear\.failed\.\w+)$/
const QUESTION = { command: 'time query gametime', answer: 'commands.time.query' }

class Operator {
  constructor ({ name, version, connection, faults }) {
    this.name = name
    this.questions = 0 // that have not been answered
    this.refused = [] // the reasons
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
    for (const command of commands) this.bot.chat(`/${command}`)
  }

  /** Gives commands; all are carried out, or one is refused, when `done`. */
  order (commands) {
    this.questions++
    this.say([...commands, QUESTION.command])
  }

  get done () {
    return this.questions === 0 || this.refused.length > 0
  }

  hear (message) {
    const failure = refusal(message)
    if (message.translate === QUESTION.answer) this.questions--
    else if (failure && !NOTHING_TO_DO.test(failure)) this.refused.push(failure)
  }

  /** The reasons why commands were refused since the last call. */
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

'use strict'

/**
 * The clock of a game that runs in real time: says when the next tick is due, keeps half a tick behind the server's own
 * ticks, and measures how well that went.
 *
 * Half a tick behind means: what the server tells in its tick has arrived when the players are sampled, and what
 * they then do arrives before its next one. So an action of tick i shows at i + 1 on a server that is near.
 */

const clock = require('./clock')

const CATCH_UP = 10 // ticks; further behind is given up, as the game does
const GAIN = 0.1 // of a phase error that is corrected each second: arrivals jitter, clocks hardly drift

class Pacer {
  constructor (ticksPerSecond) {
    this.period = 1000 / ticksPerSecond
    this.due = clock.realNow()
    this.aligned = false
    this.begin()
  }

  /** Starts the measurements anew: this is tick 0. */
  begin () {
    const behind = clock.realNow() - this.due
    this.due += Math.max(0, Math.floor(behind / this.period)) * this.period // the phase stays
    this.ticks = 0
    this.late = []
    this.reactions = []
    this.givenUp = 0
    this.drift = null
    this.lag = 0
    this.sampled = clock.realNow()
  }

  /** Waits until the next tick is due. */
  async wait () {
    this.reactions.push(clock.realNow() - this.sampled)
    this.due += this.period
    const behind = clock.realNow() - this.due
    if (behind > CATCH_UP * this.period) {
      const whole = Math.floor(behind / this.period) * this.period // the phase stays
      this.due += whole
      this.givenUp += whole
    }
    await clock.until(this.due)
    this.sampled = clock.realNow()
    this.late.push(this.sampled - this.due)
    this.ticks++
  }

  /** To be called when the server tells its `age` in ticks, which it does at the start of one of its ticks. */
  hear (age) {
    const best = clock.realNow() + this.period / 2
    const error = (best - this.due) / this.period
    this.due += (error - Math.round(error)) * this.period * (this.aligned ? GAIN : 1)
    this.aligned = true
    this.drift ??= age - this.ticks
    this.lag = Math.max(this.lag, Math.abs(age - this.ticks - this.drift))
  }

  /** The measurements since `begin`. */
  read () {
    const late = sorted(this.late)
    return {
      jitter_ms: spread(late),
      reaction_ms: spread(sorted(this.reactions)),
      late_ticks: late.filter(ms => ms > this.period / 2).length,
      lag_ticks: this.lag,
      given_up_ms: round(this.givenUp)
    }
  }
}

function sorted (values) {
  return Float64Array.from(values).sort()
}

function spread (values) {
  const at = share => round(values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

function round (ms) {
  return Math.round(ms * 1000) / 1000
}

module.exports = { Pacer }

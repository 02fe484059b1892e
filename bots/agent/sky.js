'use strict'

/** The clock and the weather as a player knows them. Servers report the time once a second; players count on. */

const DAY = 24000

class Sky {
  constructor (bot) {
    this.bot = bot
    this.synced = false
    bot.on('time', () => this.sync())
    this.time = 0
    this.age = 0
    if (bot.time.timeOfDay != null) this.sync()
  }

  sync () {
    this.time = this.bot.time.timeOfDay
    this.age = this.bot.time.age
    this.synced = true
  }

  /** To be called once a tick, when its packets have arrived. */
  tick () {
    if (!this.synced) {
      this.age++
      if (this.bot.time.doDaylightCycle) this.time = (this.time + 1) % DAY
    }
    this.synced = false
  }

  read () {
    return { time_of_day: this.time, age: this.age, rain: this.bot.rainState, thunder: this.bot.thunderState }
  }
}

module.exports = { Sky }

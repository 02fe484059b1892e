'use strict'

/** The day cycle, exact to the tick, with the world's age. Stock moves it once a second and sends no age. */

const DAY = 24000 // ticks
const SYNC = 20 // ticks between reports; clients count on by themselves

module.exports.server = (serv, { world }) => {
  serv.doDaylightCycle = false // the stock cycle
  serv.daytime = { time: world.time ?? 6000, age: 0, running: true }

  serv.sendTime = () => {
    const { time, age, running } = serv.daytime
    // A stopped clock is sent negative, by protocol.
    serv._writeAll('update_time', { age: long(age), time: long(running ? time : -time) })
  }

  serv.setTime = (time, running = serv.daytime.running) => {
    Object.assign(serv.daytime, { time: time % DAY, running })
    serv.sendTime()
  }

  serv.on('tick', () => {
    const { daytime } = serv
    daytime.age++
    if (daytime.running) daytime.time = (daytime.time + 1) % DAY
    if (daytime.age % SYNC === 0) serv.sendTime()
  })
}

module.exports.player = (player, serv) => {
  player.once('spawned', () => serv.sendTime())
}

function long (value) {
  return [value < 0 ? -1 : 0, value | 0]
}

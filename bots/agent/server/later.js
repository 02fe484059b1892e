'use strict'

/** What is to happen some ticks later, and in every tick as long as a player is there. */

module.exports.define = serv => {
  let waiting = []

  /** Calls `action` after so many ticks. */
  serv.later = (ticks, action) => waiting.push({ tick: serv.tickCount + ticks, action })

  serv.on('tick', () => {
    const due = waiting.filter(({ tick }) => tick <= serv.tickCount)
    waiting = waiting.filter(({ tick }) => tick > serv.tickCount)
    for (const { action } of due) action()
  })
}

module.exports.entity = (entity, serv) => {
  /** Calls `action` in every tick until the player leaves. */
  entity.everyTick = action => {
    serv.on('tick', action)
    entity.on('disconnected', () => serv.off('tick', action))
  }
}

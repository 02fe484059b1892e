'use strict'

/** Sitting in vehicles, in the eyes of one player: who sits is where the vehicle is, and does not move by themselves. */

// Blocks from a vehicle's position up to its rider's feet, by kind. 1.18's numbers: the seat's height, less the 0.35
// that a player sinks into it.
const SEATS = { minecart: -0.35, boat: -0.45 }

/** Follows who gets in and out in the eyes of `bot`. mineflayer itself hears of getting in only. */
function watchSeats (bot) {
  bot._client.on('set_passengers', ({ entityId, passengers }) => {
    for (const entity of Object.values(bot.entities)) {
      if (entity.vehicle?.id !== entityId || passengers.includes(entity.id)) continue
      entity.vehicle = null
      if (entity === bot.entity) bot.vehicle = null
    }
  })
}

/** Whether one can get into an entity. */
function hasSeat (entity) {
  return entity.name in SEATS
}

/** To be called when a tick's packets have arrived: takes riders along. */
function takeAlong (bot) {
  for (const entity of Object.values(bot.entities)) {
    if (!entity.vehicle) continue
    const { x, y, z } = entity.vehicle.position
    const seat = y + (SEATS[entity.vehicle.name] ?? 0)
    if (entity === bot.entity) {
      entity.velocity.set(x - entity.position.x, seat - entity.position.y, z - entity.position.z)
      entity.onGround = false
    }
    entity.position.set(x, seat, z)
  }
}

module.exports = { watchSeats, hasSeat, takeAlong }

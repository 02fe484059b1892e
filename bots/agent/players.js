'use strict'

const mineflayer = require('mineflayer')
const { follow } = require('./entities')
const { watchSeats } = require('./riding')

const FOREVER = 1e9 // ms

/** A mineflayer player. `connection`: options by which it reaches the server; `faults` collects what goes wrong. */
function createPlayer ({ name, version, connection, faults, viewDistance }) {
  const bot = mineflayer.createBot({
    username: name,
    version,
    auth: 'offline',
    ...connection,
    checkTimeoutInterval: FOREVER,
    viewDistance,
    hideErrors: true,
    logErrors: false,
    respawn: false
  })
  bot.on('error', error => faults.push(`${name}: ${error.message || error.code}`))
  bot.on('kicked', reason => faults.push(`${name} was kicked: ${JSON.stringify(reason)}`))
  bot.on('end', reason => faults.push(`${name} lost the connection: ${reason}`))
  follow(bot)
  watchSeats(bot)
  bot.on('inject_allowed', () => {
    // The protocol allows any turn at once; how fast a head turns is for the scripts to say.
    bot.once('login', () => Object.assign(bot.physics, { yawSpeed: Infinity, pitchSpeed: Infinity }))
  })
  return bot
}

/** Whether the player stands in the world with every column of its view loaded. */
function isSettled (bot, viewDistance) {
  if (!bot.entity?.onGround && !bot.entity?.isInWater) return false
  return seesAround(bot, bot.entity.position, viewDistance)
}

/** Whether every column within `distance` chunks of a position is loaded; servers may leave out those at the rim. */
function seesAround (bot, { x, z }, distance) {
  const [chunkX, chunkZ] = [Math.floor(x / 16), Math.floor(z / 16)]
  for (let dx = -distance; dx <= distance; dx++) {
    for (let dz = -distance; dz <= distance; dz++) {
      if (Math.hypot(dx, dz) < distance && !bot.world.getColumn(chunkX + dx, chunkZ + dz)) return false
    }
  }
  return true
}

module.exports = { createPlayer, isSettled, seesAround }

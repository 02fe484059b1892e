'use strict'

const mineflayer = require('mineflayer')
const { follow } = require('./entities')

const FOREVER = 1e9 // ms

/** A mineflayer player that connects over `transport`. */
function createPlayer ({ name, version, transport, viewDistance }) {
  const bot = mineflayer.createBot({
    username: name,
    version,
    auth: 'offline',
    connect: client => transport.connect(client),
    checkTimeoutInterval: FOREVER,
    viewDistance,
    hideErrors: true,
    logErrors: false,
    respawn: false
  })
  bot.on('error', error => transport.faults.push(`${name}: ${error.message}`))
  bot.on('kicked', reason => transport.faults.push(`${name} was kicked: ${reason}`))
  follow(bot)
  bot.on('inject_allowed', () => {
    // The protocol allows any turn at once; how fast a head turns is for the scripts to say.
    bot.once('login', () => Object.assign(bot.physics, { yawSpeed: Infinity, pitchSpeed: Infinity }))
  })
  return bot
}

/** Whether the player stands in the world with every column of its view loaded. */
function isSettled (bot, viewDistance) {
  if (!bot.entity?.onGround && !bot.entity?.isInWater) return false
  return Object.keys(bot.world.async.columns).length >= (2 * viewDistance + 1) ** 2
}

module.exports = { createPlayer, isSettled }

'use strict'

/**
 * Players arrive where the stage wants them (`serv.arrivals`: name to position and heading), others in the middle of the
 * world, and have no save files.
 */

const { Vec3 } = require('vec3')
const saves = require('flying-squid/src/lib/playerDat')
const { load } = require('./chunks')

module.exports.server = serv => {
  serv.arrivals = new Map()
  saves.read = async (uuid, spawn) => ({ player: { ...saves.playerDefaults, position: spawn.clone() }, inventory: [] })
}

module.exports.player = (player, serv) => {
  const { x, y, z, heading } = serv.arrivals.get(player._client.username) ?? middle(serv)
  player.heading = heading
  // Stock waits for the player's first turn, whenever that is, and then puts them back to where they logged in.
  player.waitPlayerLogin = async () => {}
  player.findSpawnPoint = async () => {
    player.spawnPoint = new Vec3(x, y, z)
  }
}

function middle (serv) {
  load(serv.overworld, 0, 0)
  const [top] = serv.surfaceAt(0, 0)
  return { x: 0.5, y: top + 1, z: 0.5, heading: { yaw: 0, pitch: 0 } }
}

'use strict'

/** Players arrive where the stage wants them (`serv.arrivals`: name to position and heading) and have no save files. */

const { Vec3 } = require('vec3')
const saves = require('flying-squid/src/lib/playerDat')

module.exports.server = serv => {
  serv.arrivals = new Map()
  saves.read = async (uuid, spawn) => ({ player: { ...saves.playerDefaults, position: spawn.clone() }, inventory: [] })
}

module.exports.player = (player, serv) => {
  const { x, y, z, heading } = serv.arrivals.get(player._client.username)
  player.heading = heading
  // Stock waits for the player's first turn, whenever that is, and then puts them back to where they logged in.
  player.waitPlayerLogin = async () => {}
  player.findSpawnPoint = async () => {
    player.spawnPoint = new Vec3(x, y, z)
  }
}

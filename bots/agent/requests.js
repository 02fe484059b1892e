'use strict'

/** What the stage may ask of the server itself, for set-up and for what no player does: a table of named requests. */

const { Vec3 } = require('vec3')

const vec = ({ x, y, z }) => new Vec3(x, y, z)

module.exports = {
  give: (serv, { player, slot, item, count }) => serv.players[player].setSlot(slot, item, count),

  teleport: (serv, { player, yaw, pitch, ...position }) => serv.players[player].teleport(vec(position), degrees(yaw, pitch)),

  block: (serv, { name, properties, ...position }) => serv.setBlock(serv.overworld, vec(position), serv.stateOf(name, properties)),

  sign: (serv, { lines, colour, glowing, ...position }) => serv.writeSign(vec(position), { lines, colour, glowing }),

  fillChest: (serv, { items, ...position }) => serv.fillChest(vec(position), items),

  spawn: (serv, { name, ...position }) => serv.spawnHostile(name, vec(position)),

  mortal: (serv, { mortal }) => { serv.mortal = mortal },

  hunger: (serv, { player, food }) => {
    Object.assign(serv.players[player], { food, foodSaturation: 0 })
    serv.players[player].updateFood(food)
  },

  weather: (serv, { rain, thunder }) => serv.setWeather(rain, thunder),

  time: (serv, { time, running }) => serv.setTime(time, running)
}

/** From the players' angles (radians, + = left, up) to the protocol's (degrees, + = right, down, 0 = south). */
function degrees (yaw, pitch) {
  return { yaw: 180 - yaw * 180 / Math.PI, pitch: -pitch * 180 / Math.PI }
}

module.exports.degrees = degrees

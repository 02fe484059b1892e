'use strict'

/** Getting into vehicles and out of them. Stock has none. What moves a vehicle is its own plugin's to say. */

const { Vec3 } = require('vec3')

const INTERACT = 0 // of `use_entity`
const GET_OUT = 2 // flag of `steer_vehicle`
const REACH = 6 // blocks, with slack for who moves
const SINK = 0.35 // blocks that a player's feet are below the seat
const HEIGHT = 1.8
const SPOTS = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]] // to get out to, beside the vehicle

module.exports.define = serv => {
  /** Moves a vehicle, `{ yaw }` in degrees of the protocol, and its rider. */
  serv.moveVehicle = (vehicle, position, yaw) => {
    vehicle.position = position
    vehicle.yaw = Math.round(yaw * 256 / 360) << 24 >> 24
    const { x, y, z } = position
    vehicle._writeOthersNearby('entity_teleport', { entityId: vehicle.id, x, y, z, yaw: vehicle.yaw, pitch: 0, onGround: true })
    if (vehicle.rider) vehicle.rider.position = seat(vehicle)
  }
}

module.exports.player = (player, serv) => {
  player.vehicle = null
  player.steering = { forward: 0, sideways: 0 }

  player._client.on('use_entity', ({ target, mouse }) => {
    const vehicle = serv.entities[target]
    if (mouse !== INTERACT || vehicle?.rider !== null || player.vehicle || player.health <= 0) return
    if (vehicle.position.distanceTo(player.position) <= REACH) getIn(player, vehicle, serv)
  })

  player._client.on('steer_vehicle', ({ forward, sideways, jump }) => {
    if (!player.vehicle) return
    player.steering = { forward, sideways }
    if (jump & GET_OUT) getOut(player, serv)
  })
}

function getIn (player, vehicle, serv) {
  Object.assign(player, { vehicle, steering: { forward: 0, sideways: 0 } })
  vehicle.rider = player
  player.position = seat(vehicle)
  serv._writeAll('set_passengers', { entityId: vehicle.id, passengers: [player.id] })
}

/** Puts a player beside their vehicle, or above it where there is no room. */
function getOut (player, serv) {
  const { vehicle } = player
  vehicle.rider = null
  player.vehicle = null
  serv._writeAll('set_passengers', { entityId: vehicle.id, passengers: [] })
  const cell = vehicle.position.floored()
  const spot = SPOTS.map(([x, z]) => cell.offset(x, 0, z)).find(beside => serv.roomAt(beside)) ?? cell.offset(0, 1, 0)
  player.teleport(spot.offset(0.5, 0, 0.5))
}

module.exports.server = serv => {
  const stops = (cell, up) => serv.blockAt(cell.offset(0, up, 0))?.boundingBox === 'block'

  /** Whether a player can stand with their feet in a cell. */
  serv.roomAt = cell => stops(cell, -1) && !stops(cell, 0) && !stops(cell, Math.floor(HEIGHT))
}

function seat ({ position, seat: height }) {
  return new Vec3(position.x, position.y + height - SINK, position.z)
}

'use strict'

/**
 * Where a player is told to be. Stock: the yaw is sent as 1/256 turns where degrees belong, and a teleport leaves
 * the player in a place without chunks.
 */

const bytes = angle => Math.round(angle * 256 / 360) << 24 >> 24 // signed

module.exports.player = (player, serv) => {
  let teleports = 0

  // `heading`: yaw and pitch in degrees as the player last told them; stock keeps 1/256 turns only.
  for (const packet of ['look', 'position_look']) {
    player._client.on(packet, ({ yaw, pitch }) => { player.heading = { yaw, pitch } })
  }

  player.sendSelfPosition = position => {
    if (position) player.position = position
    const { x, y, z } = player.position
    const packet = { x, y, z, ...player.heading, flags: 0, teleportId: ++teleports, dismountVehicle: false }
    player._client.write('position', packet)
  }

  /** Puts the player at `position` (Vec3); `heading`, yaw and pitch in degrees of the protocol, stays if not given. */
  player.teleport = (position, heading = player.heading) => {
    player.heading = heading
    player.position = position
    player.yaw = bytes(heading.yaw)
    player.sendColumns()
    player.sendSelfPosition()
    player._writeOthersNearby('entity_teleport', {
      entityId: player.id, ...xyz(position), yaw: player.yaw ?? 0, pitch: player.pitch ?? 0, onGround: true
    })
    player.knownPosition = position
    player.updateAndSpawn()
  }

  // Logging in one after the other leaves peers at an old place: send absolute positions both ways.
  player.once('spawned', () => {
    for (const other of serv.players) {
      if (other === player) continue
      show(other, player)
      show(player, other)
    }
  })
}

function show (viewer, seen) {
  seen.knownPosition = seen.position
  viewer._client.write('entity_teleport', {
    entityId: seen.id, ...xyz(seen.position), yaw: seen.yaw ?? 0, pitch: seen.pitch ?? 0, onGround: true
  })
}

function xyz ({ x, y, z }) {
  return { x, y, z }
}

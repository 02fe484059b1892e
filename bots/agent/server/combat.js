'use strict'

/**
 * Hitting: damage by weapon and by how long it was drawn back, knock-back. Stock does one damage, and its knock-back
 * grows with the distance. Numbers are Minecraft's (1.9 and later).
 */

const { Vec3 } = require('vec3')

const KNOCK = 0.4 // blocks per tick
const UNITS = 8000 // of velocity, per block per tick
const REACH = 6 // blocks, with slack for who moves
const FIST = { damage: 1, recharge: 5 }
const WEAPONS = { // damage and ticks to recharge
  sword: { wooden: 4, golden: 4, stone: 5, iron: 6, diamond: 7, netherite: 8, recharge: 12.5 },
  axe: { wooden: 7, golden: 7, stone: 9, iron: 9, diamond: 9, netherite: 10, recharge: 20 }
}

module.exports.define = serv => {
  /** Hurts an entity from where `attacker` stands, and pushes it back. Returns whether it was hurt. */
  serv.strike = (attacker, target, damage) => {
    const hurt = serv.hurt(target, damage)
    if (hurt) knock(target, target.position.minus(attacker.position))
    return hurt
  }
}

module.exports.player = (player, serv) => {
  let last = -Infinity

  player._client.removeAllListeners('use_entity')
  player._client.on('use_entity', ({ target, mouse }) => {
    const entity = serv.entities[target]
    if (mouse !== 1 || !entity?.updateHealth || player.health <= 0 || entity.position.distanceTo(player.position) > REACH) return
    const { damage, recharge } = weapon(player.inventory.slots[36 + player.heldItemSlot]?.name ?? '')
    const drawn = Math.min(1, (serv.tickCount - last) / recharge)
    last = serv.tickCount
    if (serv.strike(player, entity, damage * (0.2 + 0.8 * drawn * drawn))) player.wear('hit')
  })
}

function weapon (name) {
  const [tier, kind] = name.split('_')
  const damage = WEAPONS[kind]?.[tier]
  return damage ? { damage, recharge: WEAPONS[kind].recharge } : FIST
}

/** Pushes back a body: what it had is halved, and it lifts off the ground. */
function knock (target, offset) {
  const length = Math.hypot(offset.x, offset.z) || 1
  const push = new Vec3(offset.x / length * KNOCK, target.onGround === false ? 0.1 : KNOCK, offset.z / length * KNOCK)
  if (target.type !== 'player') {
    target.speed?.set(push.x, push.y, push.z)
    return
  }
  const [x, y, z] = push.toArray().map(value => Math.round(value * UNITS))
  target._client.write('entity_velocity', { entityId: target.id, velocity: { x, y, z } })
}

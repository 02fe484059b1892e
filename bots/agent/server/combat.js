'use strict'

/**
 * Hitting: damage by weapon and by how long it was drawn back, knock-back, hurt, healing. Stock does one damage, and
 * its knock-back grows with the distance.
 *
 * Numbers are Minecraft's (1.9 and later). Players never fall below one point of health: nobody dies on a stage.
 */

const { Vec3 } = require('vec3')

const HURT = 2 // entity status
const DIES = 3
const SAFE_TICKS = 10 // after a hit, in which nothing hurts
const KNOCK = 0.4 // blocks per tick
const UNITS = 8000 // of velocity, per block per tick
const REACH = 6 // blocks, with slack for who moves
const HEAL_TICKS = 80 // per point
const FULL = 20
const FIST = { damage: 1, recharge: 5 }
const WEAPONS = { // damage and ticks to recharge
  sword: { wooden: 4, golden: 4, stone: 5, iron: 6, diamond: 7, netherite: 8, recharge: 12.5 },
  axe: { wooden: 7, golden: 7, stone: 9, iron: 9, diamond: 9, netherite: 10, recharge: 20 }
}

module.exports.server = serv => {
  /** Hurts an entity from where `attacker` stands. Returns whether it was hurt. */
  serv.strike = (attacker, target, damage) => {
    if (target.health <= 0 || serv.tickCount - (target.hurtAt ?? -SAFE_TICKS) < SAFE_TICKS) return false
    target.hurtAt = serv.tickCount
    target.updateHealth(target.type === 'player' ? Math.max(1, target.health - damage) : Math.max(0, target.health - damage))
    const status = { entityId: target.id, entityStatus: target.health > 0 ? HURT : DIES }
    serv._writeArray('entity_status', status, serv.players)
    knock(target, target.position.minus(attacker.position))
    return true
  }

  serv.on('tick', (_, count) => {
    if (count % HEAL_TICKS !== 0) return
    for (const player of serv.players) if (player.health < FULL) player.updateHealth(player.health + 1)
  })
}

module.exports.player = (player, serv) => {
  let last = -Infinity

  player._client.removeAllListeners('use_entity')
  player._client.on('use_entity', ({ target, mouse }) => {
    const entity = serv.entities[target]
    if (mouse !== 1 || !entity || entity.position.distanceTo(player.position) > REACH) return
    const { damage, recharge } = weapon(player.inventory.slots[36 + player.heldItemSlot]?.name ?? '')
    const drawn = Math.min(1, (serv.tickCount - last) / recharge)
    last = serv.tickCount
    serv.strike(player, entity, damage * (0.2 + 0.8 * drawn * drawn))
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

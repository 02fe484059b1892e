'use strict'

/**
 * Being hurt, dying and coming back: damage from falls and from water, natural healing, respawn.
 *
 * On a stage nobody dies unless it is asked for (`serv.mortal`): players keep one point of health, as the players of
 * Solaris do by their effects. Who dies keeps what they carry. Numbers are Minecraft's.
 */

const HURT = 2 // entity status
const DIES = 3
const FULL = 20
const SAFE_TICKS = 10 // after a hit, in which nothing hurts
const SAFE_FALL = 3 // blocks
const BREATH = 300 // ticks
const DROWN_TICKS = 20 // between losses when out of breath
const DROWN_DAMAGE = 2
const BREATHE_IN = 4 // ticks of breath got back each tick
const AIR = { key: 1, type: 1 } // entity metadata
const EYES = 1.62
const HEAL_TICKS = 80 // per point
const HEAL_FOOD = 18 // with less, nothing heals
const RESPAWN = 'perform_respawn' // client command

module.exports.define = serv => {
  serv.mortal = false

  /** Takes health from a player or mob. Returns whether it was hurt. */
  serv.hurt = (target, damage) => {
    if (target.health <= 0 || serv.tickCount - (target.hurtAt ?? -SAFE_TICKS) < SAFE_TICKS) return false
    target.hurtAt = serv.tickCount
    const least = target.type === 'player' && !serv.mortal ? 1 : 0
    target.updateHealth(Math.max(least, target.health - damage))
    const status = { entityId: target.id, entityStatus: target.health > 0 ? HURT : DIES }
    serv._writeArray('entity_status', status, serv.players)
    if (target.type === 'player' && target.health <= 0) target.closeScreen()
    return true
  }
}

module.exports.server = serv => {
  serv.on('tick', (_, count) => {
    for (const player of serv.players) {
      if (player.health <= 0) continue
      breathe(serv, player)
      if (count % HEAL_TICKS === 0 && player.health < FULL && player.food >= HEAL_FOOD) {
        player.updateHealth(Math.min(FULL, player.health + 1))
        player.exhaust(6)
      }
    }
  })
}

module.exports.player = (player, serv) => {
  let top = null // height at which the fall began
  player.air = BREATH

  for (const packet of ['position', 'position_look']) {
    player._client.on(packet, ({ y, onGround }) => {
      if (onGround || top === null || y > top || inWater(serv, player)) {
        const fallen = (top ?? y) - y
        top = y
        if (onGround && fallen > SAFE_FALL && !inWater(serv, player)) serv.hurt(player, Math.ceil(fallen - SAFE_FALL))
      }
    })
  }

  player._client.removeAllListeners('client_command')
  player._client.on('client_command', ({ actionId }) => {
    if (actionId !== RESPAWN || player.health > 0) return
    top = null
    player.air = BREATH
    player._client.write('respawn', {
      dimension: serv.registry.loginPacket.dimension,
      worldName: serv.dimensionNames[0],
      hashedSeed: serv.hashedSeed,
      gamemode: player.gameMode,
      previousGamemode: player.gameMode,
      isDebug: false,
      isFlat: false,
      copyMetadata: true // else the client forgets its chunks
    })
    player.food = FULL
    player.updateHealth(FULL)
    player.inventory.slots.forEach((item, slot) => { if (item) player.inventory.updateSlot(slot, item) })
    player.teleport(player.spawnPoint.clone())
  })
}

/** Uses up breath below water, gets it back above; who has none left drowns. */
function breathe (serv, player) {
  const eye = serv.blockAt(player.position.offset(0, EYES, 0).floored())
  const air = eye?.name === 'water' ? player.air - 1 : Math.min(BREATH, player.air + BREATHE_IN)
  if (air === player.air) return
  player.air = air
  if (air <= -DROWN_TICKS) {
    player.air = 0
    serv.hurt(player, DROWN_DAMAGE)
  }
  player._client.write('entity_metadata', { entityId: player.id, metadata: [{ ...AIR, value: player.air }] })
}

function inWater (serv, player) {
  return serv.blockAt(player.position.floored())?.name === 'water'
}

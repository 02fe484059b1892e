'use strict'

/** Sneaking, sprinting and swimming are shown to everybody, as flags and pose. Stock sends none of them. */

const SNEAKING = 0x02
const SPRINTING = 0x08
const SWIMMING = 0x10
const POSE = { standing: 0, swimming: 3, sneaking: 5 }
const KEY = { flags: 0, pose: 6 }
const TYPE = { byte: 0, pose: 18 } // metadata types of 1.14 to 1.19.3
const EYES = 1.62

module.exports.player = (player, serv) => {
  player.flags = 0
  player.metadata = []
  player.setAndUpdateMetadata = () => {} // the stock handler of entity_action, which this replaces

  const on = flag => { player.flags |= flag }
  const off = flag => { player.flags &= ~flag }
  const has = flag => (player.flags & flag) !== 0
  const actions = {
    start_sneaking: () => on(SNEAKING),
    stop_sneaking: () => off(SNEAKING),
    start_sprinting: () => on(SPRINTING),
    stop_sprinting: () => off(SPRINTING)
  }

  const show = () => {
    const pose = has(SWIMMING) ? POSE.swimming : player.crouching ? POSE.sneaking : POSE.standing
    player.metadata = [
      { key: KEY.flags, type: TYPE.byte, value: player.flags },
      { key: KEY.pose, type: TYPE.pose, value: pose }
    ]
    const told = { entityId: player.id, metadata: player.metadata }
    player._writeOthersNearby('entity_metadata', told)
    player._client.write('entity_metadata', told)
  }

  player._client.on('entity_action', ({ actionId }) => {
    actions[actionId]?.()
    player.crouching = has(SNEAKING)
    show()
  })

  player.everyTick(() => {
    const swims = has(SPRINTING) && !player.vehicle && player.health > 0 && inWater(serv, player, has(SWIMMING))
    if (swims === has(SWIMMING)) return
    if (swims) on(SWIMMING)
    else off(SWIMMING)
    show()
  })

  const { spawnEntity } = player
  player.spawnEntity = entity => {
    spawnEntity(entity)
    if (entity.type !== 'player') return
    player._client.write('entity_head_rotation', { entityId: entity.id, headYaw: entity.yaw ?? 0 })
    if (entity.metadata.length > 0) player._client.write('entity_metadata', { entityId: entity.id, metadata: entity.metadata })
  }
}

/** Whether there is water for a swim: who begins one must have their eyes in it, who swims needs some around them. */
function inWater (serv, player, swimming) {
  const wet = up => {
    const block = serv.blockAt(player.position.offset(0, up, 0).floored())
    return block?.name === 'water' || Boolean(block?.isWaterlogged)
  }
  return wet(0) && (swimming || wet(EYES))
}

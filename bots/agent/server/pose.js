'use strict'

/** Sneaking and sprinting are shown to the others, as flags and pose. Stock sends neither. */

const SNEAKING = 0x02
const SPRINTING = 0x08
const POSE = { standing: 0, sneaking: 5 }
const KEY = { flags: 0, pose: 6 }
const TYPE = { byte: 0, pose: 18 } // metadata types of 1.14 to 1.19.3

module.exports.player = player => {
  player.flags = 0
  player.metadata = []
  player.setAndUpdateMetadata = () => {} // the stock handler of entity_action, which this replaces

  const on = flag => { player.flags |= flag }
  const off = flag => { player.flags &= ~flag }
  const actions = [() => on(SNEAKING), () => off(SNEAKING), null, () => on(SPRINTING), () => off(SPRINTING)]

  player._client.on('entity_action', ({ actionId }) => {
    actions[actionId]?.()
    player.crouching = (player.flags & SNEAKING) !== 0
    player.metadata = [
      { key: KEY.flags, type: TYPE.byte, value: player.flags },
      { key: KEY.pose, type: TYPE.pose, value: player.crouching ? POSE.sneaking : POSE.standing }
    ]
    player._writeOthersNearby('entity_metadata', { entityId: player.id, metadata: player.metadata })
  })

  const { spawnEntity } = player
  player.spawnEntity = entity => {
    spawnEntity(entity)
    if (entity.type !== 'player') return
    player._client.write('entity_head_rotation', { entityId: entity.id, headYaw: entity.yaw ?? 0 })
    if (entity.metadata.length > 0) player._client.write('entity_metadata', { entityId: entity.id, metadata: entity.metadata })
  }
}

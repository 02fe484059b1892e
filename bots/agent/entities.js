'use strict'

/** Everything but players that some player sees, as rows of the entities table. */

const { isEnchanted } = require('./screen')

const HURT = 10 // ticks of red tint
const HURT_STATUS = 2
const DEATH_STATUS = 3
const DYING = 20 // ticks in which the dead fall over
const HAND_KEY = 8 // entity metadata of 1.17 and later: what a living body does with its hands
const IN_USE = 0x01
const MOB_KEY = 15 // what a mob is about
const ARMED = 0x04 // it means to fight

// Yaw and pitch as angles of a view. The protocol tells the way of an arrow mirrored, and that of a cart from the east.
const VIEW = ({ yaw, pitch }) => [yaw, pitch]
const ANGLES = {
  arrow: ({ yaw, pitch }) => [-yaw, -pitch],
  minecart: ({ yaw, pitch }) => [yaw + Math.PI / 2, pitch]
}

const hurt = new WeakMap() // entity to ticks left
const dying = new WeakMap() // entity to ticks since its death
const drawing = new WeakMap() // entity to ticks since it began to draw its bow
const data = new WeakMap() // bot to what objects were spawned with, by id: of a falling block its state

/** Follows what happens to entities in the eyes of `bot`. */
function follow (bot) {
  data.set(bot, new Map())
  bot._client.on('spawn_entity', ({ entityId, objectData }) => data.get(bot).set(entityId, objectData))
  bot._client.on('entity_status', ({ entityId, entityStatus }) => {
    const entity = bot.entities[entityId]
    if (entity && entityStatus === HURT_STATUS) hurt.set(entity, HURT + 1)
    if (entity && entityStatus === DEATH_STATUS) dying.set(entity, -1)
  })
}

/** Rows of all entities in sight, each once, by id. Advances the tints by a tick. */
function seenEntities (bots) {
  const seen = new Map()
  for (const bot of bots) {
    for (const entity of Object.values(bot.entities)) {
      if (entity.type === 'player' || !entity.name) continue // nameless: heard of before it was seen
      if (hurt.get(entity) > 0) hurt.set(entity, hurt.get(entity) - 1)
      if (dying.has(entity)) dying.set(entity, Math.min(DYING, dying.get(entity) + 1))
      if (has(entity, HAND_KEY, IN_USE)) drawing.set(entity, (drawing.get(entity) ?? -1) + 1)
      else drawing.delete(entity)
      if (!seen.has(entity.id)) seen.set(entity.id, row(entity, data.get(bot).get(entity.id)))
    }
  }
  return [...seen.values()].sort((a, b) => a.entity - b.entity)
}

function row (entity, state) {
  const { position } = entity
  const [yaw, pitch] = (ANGLES[entity.name] ?? VIEW)(entity)
  const item = entity.name === 'item' ? entity.getDroppedItem() : entity.heldItem
  return {
    entity: entity.id,
    type: entity.name,
    x: position.x,
    y: position.y,
    z: position.z,
    yaw,
    pitch,
    head_yaw: entity.headYaw ?? yaw,
    hurt: hurt.get(entity) ?? 0,
    item: item?.name ?? '',
    count: item?.count ?? 0,
    metadata: JSON.stringify(looks(entity, item, state))
  }
}

/** What else the picture of an entity depends on. */
function looks (entity, item, state) {
  if (entity.name === 'falling_block') return { state }
  return {
    ...(dying.has(entity) && { dying: dying.get(entity) }),
    ...(has(entity, MOB_KEY, ARMED) && { aiming: true }),
    ...(drawing.has(entity) && { drawing: drawing.get(entity) }),
    ...(item && isEnchanted(item) && { enchanted: true })
  }
}

/** Whether a mob that holds a bow has a flag in its metadata. */
function has (entity, key, flag) {
  return entity.heldItem?.name === 'bow' && (entity.metadata?.[key] & flag) !== 0
}

module.exports = { follow, seenEntities }

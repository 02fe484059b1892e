'use strict'

/**
 * Items that lie about: they fall, come to rest, are picked up and vanish. Stock shows them without a type and
 * picks up one of a stack. Motion in blocks per tick, by the constants of Minecraft's item entity.
 */

const { Vec3 } = require('vec3')
const { part } = require('./using')

const GRAVITY = 0.04
const DRAG = 0.98
const GROUND_DRAG = 0.6 * DRAG
const REST = 0.003 // slower than this is still
const LIFE = 6000 // ticks
const DELAY = { broken: 10, tossed: 40 } // ticks before it can be picked up
const REACH = 1.3 // blocks, sideways
const ITEM_KEY = 8
const ITEM_TYPE = 6
const EYES = 1.62

module.exports.server = serv => {
  const Item = require('prismarine-item')(serv.registry)
  const items = new Set()
  const type = serv.registry.entitiesByName.item.id

  /** Makes an item appear at `position` (Vec3), as worn as `nbt` tells, with a small seeded hop or the given velocity. */
  serv.drop = (position, { item, count, nbt, velocity = hop(serv.random), delay = DELAY.broken }) => {
    const entity = serv.initEntity('object', type, serv.overworld, position)
    entity.uuid = '00000000-0000-4000-8000-' + entity.id.toString(16).padStart(12, '0')
    entity.stack = new Item(serv.registry.itemsByName[item].id, count, 0, nbt)
    entity.metadata = [{ key: ITEM_KEY, type: ITEM_TYPE, value: Item.toNotch(entity.stack) }]
    Object.assign(entity, { data: 1, yaw: 0, pitch: 0, headPitch: 0, velocity: new Vec3(0, 0, 0) })
    Object.assign(entity, { speed: velocity, born: serv.tickCount, delay })
    items.add(entity)
    entity.updateAndSpawn()
    return entity
  }

  /** The player throws `count` of what they hold. */
  serv.toss = (player, count) => {
    const slot = 36 + player.heldItemSlot
    const held = player.inventory.slots[slot]
    if (!held) return
    const thrown = Math.min(count, held.count)
    serv.throwItem(player, { name: held.name, count: thrown, nbt: held.nbt })
    held.count -= thrown
    player.inventory.updateSlot(slot, held.count > 0 ? held : null)
  }

  /** Lets a stack fly from the player's hands along their view. */
  serv.throwItem = (player, { name, count, nbt }) => {
    const yaw = (player.yaw ?? 0) * Math.PI / 128
    const pitch = ((player.pitch ?? 0) << 24 >> 24) * Math.PI / 128
    const velocity = new Vec3(-Math.sin(yaw) * Math.cos(pitch) * 0.3, 0.1 - Math.sin(pitch) * 0.3, Math.cos(yaw) * Math.cos(pitch) * 0.3)
    serv.drop(player.position.offset(0, EYES - 0.3, 0), { item: name, count, nbt, velocity, delay: DELAY.tossed })
  }

  serv.on('tick', () => {
    for (const item of items) {
      const age = serv.tickCount - item.born
      const taken = age >= item.delay && collect(serv, item)
      if (taken || age > LIFE) {
        items.delete(item)
        item.destroy()
      } else {
        fall(serv, item)
      }
    }
  })
}

module.exports.player = (player, serv) => {
  const { spawnEntity } = player
  player.spawnEntity = entity => {
    spawnEntity(entity)
    if (entity.stack) player._client.write('entity_metadata', { entityId: entity.id, metadata: entity.metadata })
  }
}

function hop (random) {
  return new Vec3(random() * 0.2 - 0.1, 0.2, random() * 0.2 - 0.1)
}

function fall (serv, item) {
  const { speed } = item
  if (item.resting && solidAt(serv, item.position.offset(0, -0.1, 0))) return
  speed.y -= GRAVITY
  const next = item.position.clone()
  item.onGround = false
  for (const axis of ['x', 'y', 'z']) {
    next[axis] += speed[axis]
    if (!solidAt(serv, next)) continue
    next[axis] = axis === 'y' && speed.y < 0 ? Math.floor(next.y) + 1 : item.position[axis]
    if (axis === 'y') item.onGround = speed.y < 0
    speed[axis] = 0
  }
  const drag = item.onGround ? GROUND_DRAG : DRAG
  speed.set(speed.x * drag, speed.y * DRAG, speed.z * drag)
  item.resting = item.onGround && Math.hypot(speed.x, speed.z) < REST
  item.sendPosition(next, item.onGround)
}

function solidAt (serv, position) {
  return serv.overworld.sync.getBlock(position.floored())?.boundingBox === 'block'
}

/** Gives the item to the first player who stands at it and has room. */
function collect (serv, item) {
  const player = serv.players.find(({ position, health }) => health > 0 &&
    Math.abs(position.x - item.position.x) < REACH && Math.abs(position.z - item.position.z) < REACH &&
    item.position.y > position.y - 0.5 && item.position.y < position.y + 1.8)
  if (!player || !stow(player, item.stack)) return false
  item._writeOthersNearby('collect', { collectedEntityId: item.id, collectorEntityId: player.id, pickupItemCount: item.stack.count })
  return true
}

const ORDER = [...Array(9).keys()].map(i => 36 + i).concat([...Array(27).keys()].map(i => 9 + i)) // hotbar first

/** Adds a stack to the player's inventory, all or nothing: to a stack of the same kind, else to an empty slot. */
function stow (player, stack) {
  const { slots } = player.inventory
  const fits = slot => slots[slot]?.type === stack.type && slots[slot].count + stack.count <= stack.stackSize
  const slot = ORDER.find(fits) ?? ORDER.find(index => !slots[index])
  if (slot === undefined) return false
  player.inventory.updateSlot(slot, part(stack, (slots[slot]?.count ?? 0) + stack.count))
  return true
}

module.exports.stow = stow

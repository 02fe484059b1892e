'use strict'

/**
 * Mobs that come for the nearest player and hit or shoot. Stock spawns mobs that float and do nothing.
 *
 * They walk straight, jump up single blocks and fall. Skeletons come near enough to shoot well and stay there; they do not
 * back off, which Minecraft's do.
 */

const { Vec3 } = require('vec3')

const KINDS = { // blocks per tick, health, damage, half width, height
  zombie: { speed: 0.12, health: 20, damage: 3, half: 0.3, height: 1.95 },
  husk: { speed: 0.12, health: 20, damage: 3, half: 0.3, height: 1.95 },
  skeleton: { speed: 0.13, health: 20, half: 0.3, height: 1.99, eyes: 1.74, bow: true },
  spider: { speed: 0.16, health: 16, damage: 2, half: 0.7, height: 0.9 }
}
const SIGHT = 40 // blocks
const ARM = 1.4 // blocks between bodies' middles
const STRIKE_TICKS = 20
const DRAWN_TICKS = 40 // from shot to shot, when the bow is drawn already
const SHOT_TICKS = DRAWN_TICKS + 20
const SHOT_RANGE = 15 // blocks
const SHOT_NEAR = 6 // blocks, no need to come nearer
const CHEST = 1.2 // blocks above the feet
const GRAVITY = 0.08
const DRAG = 0.98
const GRIP = 0.6 // of sideways motion that is left each tick
const LEAP = 0.42
const DYING_TICKS = 20
const KEY = { hand: 8, mob: 15 } // of entity metadata
const BYTE = 0
const ARMED = 0x04

module.exports.server = serv => {
  const Item = require('prismarine-item')(serv.registry)
  const mobs = new Set()

  /** Makes a mob appear with its feet at `position` (Vec3). */
  serv.spawnHostile = (name, position) => {
    const entity = serv.initEntity('mob', serv.registry.entitiesByName[name].id, serv.overworld, position)
    entity.uuid = '00000000-0000-4000-9000-' + entity.id.toString(16).padStart(12, '0')
    Object.assign(entity, { name, yaw: 0, pitch: 0, headPitch: 0, velocity: new Vec3(0, 0, 0), metadata: [] })
    Object.assign(entity, { kind: KINDS[name], health: KINDS[name].health, speed: new Vec3(0, 0, 0), struck: serv.tickCount - DRAWN_TICKS })
    if (entity.kind.bow) entity.setEquipment(0, new Item(serv.registry.itemsByName.bow.id, 1))
    entity.updateHealth = health => { entity.health = health }
    mobs.add(entity)
    entity.updateAndSpawn()
    return entity
  }

  serv.on('tick', () => {
    for (const mob of mobs) {
      if (mob.health <= 0) {
        if (serv.tickCount - mob.hurtAt < DYING_TICKS) continue
        mobs.delete(mob)
        mob.destroy()
      } else {
        act(serv, mob)
      }
    }
  })
}

module.exports.player = player => {
  const { spawnEntity } = player
  player.spawnEntity = entity => {
    spawnEntity(entity)
    if (entity.kind?.bow) player._client.write('entity_metadata', { entityId: entity.id, metadata: entity.metadata })
  }
}

function act (serv, mob) {
  const prey = nearest(serv, mob)
  if (prey) {
    const offset = prey.position.minus(mob.position)
    const distance = Math.hypot(offset.x, offset.z)
    face(serv, mob, offset)
    const near = mob.kind.bow ? shoot(serv, mob, prey, distance) : hit(serv, mob, prey, distance)
    if (!near) go(serv, mob, offset.scaled(1 / (distance || 1)))
  }
  move(serv, mob)
}

/** Hits who is in reach. Returns whether there is no need to come nearer. */
function hit (serv, mob, prey, distance) {
  const within = distance < ARM + mob.kind.half && Math.abs(prey.position.y - mob.position.y) < 2
  if (within && serv.tickCount - mob.struck >= STRIKE_TICKS) {
    mob.struck = serv.tickCount
    serv.strike(mob, prey, mob.kind.damage)
  }
  return distance <= ARM * 0.8
}

/** Shoots at who can be seen, after having had them in view for as long as a bow takes. Returns the same. */
function shoot (serv, mob, prey, distance) {
  const sees = distance < SHOT_RANGE &&
    serv.clear(mob.position.offset(0, mob.kind.eyes, 0), prey.position.offset(0, CHEST, 0))
  if (!sees) mob.struck = Math.max(mob.struck, serv.tickCount - DRAWN_TICKS)
  hold(mob, sees, sees && serv.tickCount - mob.struck >= DRAWN_TICKS)
  if (sees && serv.tickCount - mob.struck >= SHOT_TICKS) {
    mob.struck = serv.tickCount
    serv.shoot(mob, mob.kind.eyes, prey)
  }
  return sees && distance < SHOT_NEAR
}

/** Shows whether a mob holds its bow up, and whether it draws it. */
function hold (mob, armed, drawing) {
  const metadata = [
    { key: KEY.hand, type: BYTE, value: Number(drawing) },
    { key: KEY.mob, type: BYTE, value: armed ? ARMED : 0 }
  ]
  if (metadata.every(({ value }, index) => value === (mob.metadata[index]?.value ?? 0))) return
  mob.metadata = metadata
  mob._writeOthersNearby('entity_metadata', { entityId: mob.id, metadata })
}

function nearest (serv, mob) {
  const near = serv.players
    .map(player => ({ player, distance: player.position.distanceTo(mob.position) }))
    .filter(({ player, distance }) => player.health > 0 && distance < SIGHT)
  return near.sort((a, b) => a.distance - b.distance)[0]?.player
}

function go (serv, mob, way) {
  const { speed, half } = mob.kind
  mob.speed.x += way.x * speed * (1 - GRIP)
  mob.speed.z += way.z * speed * (1 - GRIP)
  const ahead = mob.position.offset(way.x * (half + 0.3), 0.1, way.z * (half + 0.3))
  if (mob.onGround && solid(serv, ahead) && !solid(serv, ahead.offset(0, 1, 0))) mob.speed.y = LEAP
}

function face (serv, mob, offset) {
  const yaw = Math.round(Math.atan2(-offset.x, offset.z) * 128 / Math.PI) << 24 >> 24
  if (yaw === mob.yaw) return
  mob.yaw = yaw
  mob._writeOthersNearby('entity_look', { entityId: mob.id, yaw, pitch: 0, onGround: Boolean(mob.onGround) })
  mob._writeOthersNearby('entity_head_rotation', { entityId: mob.id, headYaw: yaw })
}

/** Moves by the speed, an axis at a time, as far as nothing solid is in the way. */
function move (serv, mob) {
  mob.speed.y = (mob.speed.y - GRAVITY) * DRAG
  const next = mob.position.clone()
  let onGround = false
  for (const axis of ['y', 'x', 'z']) {
    const before = next[axis]
    next[axis] += mob.speed[axis]
    if (!collides(serv, mob, next)) continue
    if (axis === 'y' && mob.speed.y < 0) onGround = true
    next[axis] = axis === 'y' && mob.speed.y < 0 ? Math.ceil(next.y) : before
    mob.speed[axis] = 0
  }
  mob.speed.set(mob.speed.x * GRIP, mob.speed.y, mob.speed.z * GRIP)
  mob.sendPosition(next, onGround)
}

function collides (serv, mob, at) {
  const { half, height } = mob.kind
  for (const dx of [-half, half]) {
    for (const dz of [-half, half]) {
      for (let dy = 0; dy <= height; dy += Math.min(0.9, height)) {
        if (solid(serv, at.offset(dx, dy, dz))) return true
      }
    }
  }
  return false
}

function solid (serv, position) {
  return serv.overworld.sync.getBlock(position.floored())?.boundingBox === 'block'
}

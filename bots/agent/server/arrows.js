'use strict'

/**
 * Arrows: they fly, fall, stick in the ground and hurt whom they hit. Stock has none.
 *
 * Numbers are Minecraft's: a skeleton's bow is fully drawn, and aims a third up the body, higher the farther it is. An
 * arrow's angles in the protocol are those of its motion, not of a view: they grow to the left and up.
 */

const { Vec3 } = require('vec3')

const SPEED = 1.6 // blocks per tick, of a skeleton's
const SPREAD = 0.0075 * 10 // sigma of each part of the direction, with the inaccuracy of the easy difficulty
const LIFT = 0.2 // blocks to aim higher, per block of way
const DAMAGE = 2.11 // per block per tick
const GRAVITY = 0.05
const DRAG = 0.99
const LIFE = 1200 // ticks
const STEP = 0.25 // blocks between looks at what is in the way
const BODY = { half: 0.3, height: 1.8 }
const MARGIN = 0.3 // blocks around a body that an arrow hits, too
const BOW_HEIGHT = 0.1 // blocks below the eyes

module.exports.server = serv => {
  const arrows = new Set()
  const type = serv.registry.entitiesByName.arrow.id

  /** Lets an arrow fly from `shooter`'s eyes, `eyes` blocks above its feet, at `prey`. */
  serv.shoot = (shooter, eyes, prey) => {
    const from = shooter.position.offset(0, eyes - BOW_HEIGHT, 0)
    const way = prey.position.offset(0, BODY.height / 3, 0).minus(from)
    way.y += LIFT * Math.hypot(way.x, way.z)
    const aim = way.unit().offset(...[0, 0, 0].map(() => SPREAD * gaussian(serv.random)))
    const arrow = serv.initEntity('object', type, serv.overworld, from)
    arrow.uuid = '00000000-0000-4000-b000-' + arrow.id.toString(16).padStart(12, '0')
    Object.assign(arrow, { data: shooter.id + 1, headPitch: 0, velocity: new Vec3(0, 0, 0), metadata: [] })
    Object.assign(arrow, { speed: aim.scaled(SPEED), born: serv.tickCount })
    point(arrow)
    arrows.add(arrow)
    arrow.updateAndSpawn()
    return arrow
  }

  /** Whether nothing solid is between two places. */
  serv.clear = (from, to) => stop(serv, from, to.minus(from)) === null

  serv.on('tick', () => {
    for (const arrow of arrows) {
      if (serv.tickCount - arrow.born < LIFE && !fly(serv, arrow)) continue
      arrows.delete(arrow)
      arrow.destroy()
    }
  })
}

/** Moves an arrow by a tick. Returns whether it has hit somebody. */
function fly (serv, arrow) {
  if (arrow.stuck) return false
  const { position, speed } = arrow
  const wall = stop(serv, position, speed)
  const way = wall ? wall.minus(position) : speed.clone()
  const hit = serv.players.find(player => player.health > 0 && crosses(position, way, player.position))
  if (hit && serv.strike(arrow, hit, Math.ceil(speed.norm() * DAMAGE))) return true
  arrow.stuck = wall !== null
  arrow.position = position.plus(way)
  if (!arrow.stuck) {
    arrow.speed = speed.scaled(DRAG).offset(0, -GRAVITY, 0)
    point(arrow)
  }
  const { x, y, z } = arrow.position
  arrow._writeOthersNearby('entity_teleport', { entityId: arrow.id, x, y, z, yaw: arrow.yaw, pitch: arrow.pitch, onGround: arrow.stuck })
  return false
}

/** Turns an arrow along its motion. */
function point (arrow) {
  const { x, y, z } = arrow.speed
  arrow.yaw = bytes(Math.atan2(x, z))
  arrow.pitch = bytes(Math.atan2(y, Math.hypot(x, z)))
}

/** The last place on a way that is not in a solid block; null when all of it is free. */
function stop (serv, from, way) {
  const steps = Math.ceil(way.norm() / STEP)
  for (let step = 1; step <= steps; step++) {
    const at = from.plus(way.scaled(step / steps))
    if (serv.blockAt(at.floored())?.boundingBox === 'block') return from.plus(way.scaled((step - 1) / steps))
  }
  return null
}

/** Whether a way goes through the body of a player whose feet are at `feet` (the slab test). */
function crosses (from, way, feet) {
  const low = feet.offset(-BODY.half - MARGIN, -MARGIN, -BODY.half - MARGIN)
  const high = feet.offset(BODY.half + MARGIN, BODY.height + MARGIN, BODY.half + MARGIN)
  let [enter, leave] = [0, 1]
  for (const axis of ['x', 'y', 'z']) {
    const times = [low[axis], high[axis]].map(side => (side - from[axis]) / way[axis]) // ±Infinity along the axis
    enter = Math.max(enter, Math.min(...times))
    leave = Math.min(leave, Math.max(...times))
  }
  return enter <= leave
}

function gaussian (random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function bytes (angle) {
  return Math.round(angle * 128 / Math.PI) << 24 >> 24
}

'use strict'

/** What a player points at: the first block or entity on the ray from the eye. */

const { Vec3 } = require('vec3')
const { RaycastIterator } = require('prismarine-world').iterators
const { outline } = require('./outlines')
const { hasSeat } = require('./riding')

const REACH = { block: 4.5, entity: 3 } // of survival players, in blocks

const direction = ({ yaw, pitch }) =>
  new Vec3(-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), -Math.cos(yaw) * Math.cos(pitch))

/** `{ block, face, cursor }` or `{ entity }` or null. `face` is the protocol's number, `cursor` the hit within the block. */
function target (bot, eyeHeight) {
  const eye = bot.entity.position.offset(0, eyeHeight, 0)
  const ray = direction(bot.entity)
  const block = blockOn(bot, eye, ray)
  const nearest = block ? Math.min(block.intersect.distanceTo(eye), REACH.entity) : REACH.entity
  const entity = entityOn(bot, eye, ray, nearest)
  if (entity) return { entity }
  if (!block) return null
  return { block, face: block.face, cursor: block.intersect.minus(block.position) }
}

/** The first block whose outline the ray meets, with `face` and `intersect`. */
function blockOn (bot, eye, ray) {
  return bot.world.raycast(eye, ray, REACH.block, (block, cells) => {
    const hit = cells.intersect(outline(block), block.position)
    if (hit) Object.assign(block, { face: hit.face, intersect: hit.pos })
    return hit
  })
}

function entityOn (bot, eye, ray, range) {
  let nearest = null
  for (const entity of Object.values(bot.entities)) {
    if (entity === bot.entity || !(hittable(entity) || hasSeat(entity))) continue
    const half = entity.width / 2
    const box = [[-half, 0, -half, half, entity.height, half]]
    const hit = new RaycastIterator(eye, ray, range).intersect(box, entity.position)
    const distance = hit?.pos.distanceTo(eye)
    if (hit && distance <= range) {
      range = distance
      nearest = entity
    }
  }
  return nearest
}

function hittable (entity) {
  return entity.type === 'player' || entity.type === 'mob' || entity.type === 'hostile' || entity.type === 'animal'
}

module.exports = { target }

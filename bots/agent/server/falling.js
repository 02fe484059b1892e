'use strict'

/** Sand, gravel and their like fall when nothing holds them, as bodies that become blocks again where they land. */

const { Vec3 } = require('vec3')

const FALLS = /^(red_)?sand$|^gravel$|_concrete_powder$|^(chipped_|damaged_)?anvil$/
const DELAY = 2 // ticks before it lets go
const GRAVITY = 0.04 // blocks per tick per tick
const DRAG = 0.98

module.exports.server = serv => {
  const bodies = new Set()
  const type = serv.registry.entitiesByName.falling_block.id

  function letGo (position) {
    const block = serv.blockAt(position)
    if (!block || !FALLS.test(block.name) || held(serv, position)) return
    serv.setBlock(serv.overworld, position, 0)
    const body = serv.initEntity('object', type, serv.overworld, position.offset(0.5, 0, 0.5))
    body.uuid = '00000000-0000-4000-a000-' + body.id.toString(16).padStart(12, '0')
    Object.assign(body, { data: block.stateId, yaw: 0, pitch: 0, headPitch: 0, velocity: new Vec3(0, 0, 0), metadata: [] })
    Object.assign(body, { speed: 0, block })
    bodies.add(body)
    body.updateAndSpawn()
  }

  function fall (body) {
    body.speed = (body.speed - GRAVITY) * DRAG
    const next = body.position.offset(0, body.speed, 0)
    if (!solid(serv.blockAt(next.floored()))) return body.sendPosition(next, false)
    bodies.delete(body)
    body.destroy()
    const cell = next.floored().offset(0, 1, 0)
    const there = serv.blockAt(cell)
    if (there.boundingBox === 'empty') serv.setBlock(serv.overworld, cell, body.block.stateId)
    else serv.drop(next, { item: body.block.name, count: 1 })
  }

  serv.onChange(position => {
    for (const cell of [position, position.offset(0, 1, 0)]) {
      const block = serv.blockAt(cell)
      if (block && FALLS.test(block.name) && !held(serv, cell)) serv.later(DELAY, () => letGo(cell))
    }
  })
  serv.on('tick', () => bodies.forEach(fall))
}

function held (serv, position) {
  return solid(serv.blockAt(position.offset(0, -1, 0)))
}

function solid (block) {
  return !block || block.boundingBox === 'block'
}

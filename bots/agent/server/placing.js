'use strict'

/** Putting blocks into the world. Stock looks only at the placer's own feet; here no block is placed into anybody. */

const { Vec3 } = require('vec3')

const DIRECTIONS = [[0, -1, 0], [0, 1, 0], [0, 0, -1], [0, 0, 1], [-1, 0, 0], [1, 0, 0]].map(([x, y, z]) => new Vec3(x, y, z))
const SIDES = [null, null, 'north', 'south', 'west', 'east'] // names of the directions
const AXES = ['y', 'y', 'z', 'z', 'x', 'x']
const COMPASS = ['south', 'west', 'north', 'east'] // by quarter turns of the protocol's yaw
const WALL = { torch: 'wall_torch', soul_torch: 'soul_wall_torch', redstone_torch: 'redstone_wall_torch' }
const FACES_PLACER = /chest|furnace|smoker|barrel|dispenser|dropper|loom|pumpkin/
const HALF_WIDTH = 0.3
const HEIGHT = 1.8

module.exports.player = (player, serv) => {
  player._client.removeAllListeners('block_place')
  player._client.on('block_place', async ({ location, direction, cursorY }) => {
    const block = await player.world.getBlock(new Vec3(location.x, location.y, location.z))
    block.direction = direction
    if (!player.crouching && await serv.interactWithBlock({ block, player })) return
    place(player, serv, block, direction, cursorY)
  })
}

function place (player, serv, against, direction, cursorY) {
  const slot = 36 + player.heldItemSlot
  const item = player.inventory.slots[slot]
  const cell = replaceable(against) ? against.position : against.position.plus(DIRECTIONS[direction])
  const stateId = item && stateFor(player, serv, item.name, direction, cursorY)
  if (stateId == null) return
  const current = serv.overworld.sync.getBlock(cell)
  if (!replaceable(current) || (solid(serv, stateId) && serv.occupied(cell))) {
    player.sendBlock(cell, current.stateId)
    return
  }
  item.count--
  player.inventory.updateSlot(slot, item.count > 0 ? item : null)
  serv.setBlock(player.world, cell, stateId)
}

module.exports.server = serv => {
  /** Whether somebody's body is in the cell. */
  serv.occupied = cell => Object.values(serv.entities).some(({ type, position }) => type !== 'object' &&
    Math.abs(position.x - cell.x - 0.5) < 0.5 + HALF_WIDTH &&
    Math.abs(position.z - cell.z - 0.5) < 0.5 + HALF_WIDTH &&
    position.y < cell.y + 1 && position.y + HEIGHT > cell.y)
}

/** The block state that an item becomes, or null when it is no block. */
function stateFor (player, serv, name, direction, cursorY) {
  const onWall = SIDES[direction] && WALL[name]
  const block = serv.registry.blocksByName[onWall || name]
  if (!block) return null
  const looking = COMPASS[Math.round((player.yaw ?? 0) / 64) & 3]
  const facing = onWall ? SIDES[direction] : FACES_PLACER.test(name) ? opposite(looking) : looking
  const top = direction === 0 || (direction > 1 && cursorY > 0.5)
  const properties = { axis: AXES[direction], facing, half: top ? 'top' : 'bottom', type: top ? 'top' : 'bottom' }
  return serv.stateOf(block.name, properties)
}

function opposite (side) {
  return COMPASS[(COMPASS.indexOf(side) + 2) & 3]
}

function replaceable (block) {
  return block.boundingBox === 'empty' && !/torch/.test(block.name)
}

function solid (serv, stateId) {
  return serv.registry.blocksByStateId[stateId].boundingBox === 'block'
}

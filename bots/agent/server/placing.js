'use strict'

/** Putting blocks into the world. Stock looks only at the placer's own feet; here no block is placed into anybody. */

const { Vec3 } = require('vec3')
const { spend } = require('./using')

const DIRECTIONS = [[0, -1, 0], [0, 1, 0], [0, 0, -1], [0, 0, 1], [-1, 0, 0], [1, 0, 0]].map(([x, y, z]) => new Vec3(x, y, z))
const SIDES = [null, null, 'north', 'south', 'west', 'east'] // names of the directions
const AXES = ['y', 'y', 'z', 'z', 'x', 'x']
const HANGING = ['ceiling', 'floor', 'wall', 'wall', 'wall', 'wall'] // by direction: where levers and buttons are put
const COMPASS = ['south', 'west', 'north', 'east'] // by quarter turns of the protocol's yaw
const WALL = { torch: 'wall_torch', soul_torch: 'soul_wall_torch', redstone_torch: 'redstone_wall_torch' }
const BLOCK_OF = { redstone: 'redstone_wire' } // items with another name than their block
const FACES_PLACER = /chest|furnace|smoker|barrel|dispenser|dropper|loom|pumpkin|_trapdoor$/
const HANGS = /^lever$|_button$/
const DOOR = /_door$/
const HALF_WIDTH = 0.3
const HEIGHT = 1.8

module.exports.player = (player, serv) => {
  player._client.removeAllListeners('block_place')
  player._client.on('block_place', ({ location, direction, cursorY }) => {
    const block = serv.blockAt(new Vec3(location.x, location.y, location.z))
    if (!serv.use(player, block)) place(player, serv, block, direction, cursorY)
  })
}

function place (player, serv, against, direction, cursorY) {
  const item = player.inventory.slots[36 + player.heldItemSlot]
  const cell = replaceable(against) ? against.position : against.position.plus(DIRECTIONS[direction])
  const stateId = item && stateFor(player, serv, item.name, direction, cursorY)
  if (stateId == null) return
  const blocks = [[cell, stateId]]
  if (DOOR.test(item.name)) blocks.push([cell.offset(0, 1, 0), upperHalf(serv, stateId)])
  if (blocks.some(([at]) => !replaceable(serv.blockAt(at)) || (solid(serv, stateId) && serv.occupied(at)))) {
    player.sendBlock(cell, serv.blockAt(cell).stateId)
    return
  }
  spend(player)
  for (const [at, state] of blocks) serv.setBlock(player.world, at, state)
  serv.emit('placed', cell, player)
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
  const block = serv.registry.blocksByName[onWall || BLOCK_OF[name] || name]
  if (!block) return null
  const looking = COMPASS[Math.round((player.yaw ?? 0) / 64) & 3]
  const hung = HANGS.test(name) && SIDES[direction]
  const facing = onWall || hung ? SIDES[direction] : FACES_PLACER.test(name) ? opposite(looking) : looking
  const top = direction === 0 || (direction > 1 && cursorY > 0.5)
  const half = DOOR.test(name) ? 'lower' : top ? 'top' : 'bottom'
  return serv.stateOf(block.name, { axis: AXES[direction], facing, face: HANGING[direction], half, type: top ? 'top' : 'bottom' })
}

function upperHalf (serv, stateId) {
  const { name } = serv.registry.blocksByStateId[stateId]
  return serv.stateOf(name, { ...serv.propertiesOf(stateId), half: 'upper' })
}

function opposite (side) {
  return COMPASS[(COMPASS.indexOf(side) + 2) & 3]
}

function replaceable (block) {
  return block.boundingBox === 'empty' && !/torch|lever|button|wire|pressure_plate|wheat|rail/.test(block.name)
}

function solid (serv, stateId) {
  return serv.registry.blocksByStateId[stateId].boundingBox === 'block'
}

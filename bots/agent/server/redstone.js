'use strict'

/**
 * Power: levers, buttons, plates and redstone blocks give it, wires carry it 15 blocks far, lamps and doors take it.
 *
 * A strong source powers its neighbours and, through the solid block that it hangs on, that block's neighbours. A
 * wire powers its neighbours, and what is next to the block below it. No repeaters, comparators, torches or pistons.
 */

const { Vec3 } = require('vec3')

const AROUND = [[1, 0, 0], [-1, 0, 0], [0, 0, 1], [0, 0, -1], [0, 1, 0], [0, -1, 0]].map(([x, y, z]) => new Vec3(x, y, z))
const SIDES = AROUND.slice(0, 4)
const FULL = 15
const LAMP_OFF_TICKS = 4
const TOWARDS = { north: new Vec3(0, 0, -1), south: new Vec3(0, 0, 1), west: new Vec3(-1, 0, 0), east: new Vec3(1, 0, 0) }
const WIRE = 'redstone_wire'
const SWITCH = /^lever$|_button$|_pressure_plate$/
const REACH = 2 // blocks from a change to what it may power

module.exports.define = serv => {
  const takers = []

  /** `handler(block, power)` for blocks that take power, whenever something near them has changed. */
  serv.onPower = (matches, handler) => takers.push({ matches, handler })

  /** The power (0 to 15) that a cell gets from around it. */
  serv.powerAt = position => Math.max(...AROUND.map(step => powerFrom(serv, position.plus(step), position)))

  serv.onChange(position => {
    settleWires(serv, position)
    for (const cell of cellsAround(position)) {
      const block = serv.blockAt(cell)
      const taker = block && takers.find(({ matches }) => matches.test(block.name))
      if (taker) taker.handler(block, serv.powerAt(cell))
    }
  })
}

module.exports.server = serv => {
  serv.onPower(/^redstone_lamp$/, (block, power) => {
    const { lit } = block.getProperties()
    if (power > 0 && !lit) serv.setProperties(block, { lit: true })
    if (power === 0 && lit) {
      serv.later(LAMP_OFF_TICKS, () => {
        const lamp = serv.blockAt(block.position)
        if (lamp.name === 'redstone_lamp' && serv.powerAt(block.position) === 0) serv.setProperties(lamp, { lit: false })
      })
    }
  })
}

/** The power that the block at `from` gives to a cell beside it. */
function powerFrom (serv, from, to) {
  const block = serv.blockAt(from)
  if (!block) return 0
  if (block.name === 'redstone_block' || isOn(block)) return FULL
  if (block.name === WIRE) return block.getProperties().power
  if (block.boundingBox !== 'block' || block.name === 'redstone_lamp') return 0
  return Math.max(0, ...AROUND.map(step => from.plus(step)).filter(cell => !cell.equals(to)).map(cell => throughBlock(serv, cell, from)))
}

/** The power that the block at `cell` puts through a solid block. */
function throughBlock (serv, cell, solid) {
  const block = serv.blockAt(cell)
  if (block?.name === WIRE) return cell.y >= solid.y ? block.getProperties().power : 0
  return block && isOn(block) && cell.minus(baseStep(block)).equals(solid) ? FULL : 0
}

function isOn (block) {
  return SWITCH.test(block.name) && block.getProperties().powered === true
}

/** The step from the block that a switch hangs on to the switch. */
function baseStep (block) {
  const { face, facing } = block.getProperties()
  if (face === 'wall') return TOWARDS[facing]
  return new Vec3(0, face === 'ceiling' ? -1 : 1, 0)
}

/** Sets the power of all wires that hang together with a place. */
function settleWires (serv, position) {
  const wires = network(serv, position)
  if (wires.size === 0) return
  const power = new Map()
  let reached = []
  for (const [key, cell] of wires) {
    const direct = Math.max(0, ...AROUND.map(step => fromSource(serv, cell.plus(step), cell)))
    power.set(key, direct)
    if (direct > 0) reached.push(cell)
  }
  while (reached.length > 0) {
    const next = []
    for (const cell of reached) {
      const passed = power.get(String(cell)) - 1
      for (const other of wiresBeside(serv, cell)) {
        if ((power.get(String(other)) ?? FULL) >= passed) continue
        power.set(String(other), passed)
        next.push(other)
      }
    }
    reached = next
  }
  for (const [key, cell] of wires) {
    const block = serv.blockAt(cell)
    const wanted = { power: power.get(key), ...joints(serv, cell) }
    const now = block.getProperties()
    if (Object.entries(wanted).some(([name, value]) => now[name] !== value)) serv.setProperties(block, wanted)
  }
}

/** Power from anything but wires. */
function fromSource (serv, from, to) {
  const block = serv.blockAt(from)
  if (!block || block.name === WIRE) return 0
  if (block.name === 'redstone_block' || isOn(block)) return FULL
  if (block.boundingBox !== 'block') return 0
  const through = AROUND.map(step => from.plus(step)).filter(cell => !cell.equals(to) && serv.blockAt(cell)?.name !== WIRE)
  return Math.max(0, ...through.map(cell => throughBlock(serv, cell, from)))
}

/** All wires connected with those at or beside a place, by position. */
function network (serv, position) {
  const found = new Map()
  const open = cellsAround(position).filter(cell => serv.blockAt(cell)?.name === WIRE)
  while (open.length > 0) {
    const cell = open.pop()
    if (found.has(String(cell))) continue
    found.set(String(cell), cell)
    open.push(...wiresBeside(serv, cell))
  }
  return found
}

/** Wires next to a wire, also a step up or down. */
function wiresBeside (serv, cell) {
  return SIDES.flatMap(side => [0, 1, -1].map(up => cell.plus(side).offset(0, up, 0))).filter(at => serv.blockAt(at)?.name === WIRE)
}

/** How a wire is drawn: to which sides it goes. */
function joints (serv, cell) {
  const shown = {}
  for (const [name, step] of Object.entries(TOWARDS)) {
    const at = up => serv.blockAt(cell.plus(step).offset(0, up, 0))
    const joined = [0, -1].some(up => at(up)?.name === WIRE) || SWITCH.test(at(0)?.name ?? '')
    shown[name] = at(1)?.name === WIRE ? 'up' : joined ? 'side' : 'none'
  }
  return shown
}

function cellsAround (position) {
  const cells = []
  for (let x = -REACH; x <= REACH; x++) {
    for (let y = -REACH; y <= REACH; y++) {
      for (let z = -REACH; z <= REACH; z++) {
        if (Math.abs(x) + Math.abs(y) + Math.abs(z) <= REACH) cells.push(position.offset(x, y, z))
      }
    }
  }
  return cells
}

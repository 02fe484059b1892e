'use strict'

/**
 * Minecarts: put onto rails with the item, pushed off by their rider, driven by powered rails. Stock has none.
 *
 * A cart goes from side to side of each rail, around curves, and stops where the rails end. Slopes are not known here.
 * Numbers are Minecraft's, in blocks and ticks.
 */

const { Vec3 } = require('vec3')
const { spend } = require('./using')

const SIDES = { north: [0, -1], south: [0, 1], west: [-1, 0], east: [1, 0] } // x, z
const RAIL = /^(powered_)?rail$/
const ABOVE = 0.0625 // of the rail's cell
const FASTEST = 0.4
const RIDDEN = 0.75 // of its speed is what a ridden cart goes
const TOP = 2 // speed that is kept, though it goes no faster than the fastest
const BOOST = 0.06 // by a powered rail
const MOVING = 0.01 // slower than that, a powered rail does not drive it
const BRAKE = { factor: 0.5, stop: 0.03 } // of a powered rail without power
const DRAG = { ridden: 0.997, empty: 0.96 }
const PUSH = 0.01 // by a rider who holds forward or back
const PUSHED = 0.1 // up to that speed
const LENGTH = 0.98

module.exports.server = serv => {
  const carts = new Set()
  const type = serv.registry.entitiesByName.minecart.id

  /** Puts a cart onto the rail of a cell. */
  function put (cell) {
    const cart = serv.initEntity('object', type, serv.overworld, cell)
    cart.uuid = '00000000-0000-4000-c000-' + cart.id.toString(16).padStart(12, '0')
    Object.assign(cart, { data: 0, yaw: 0, pitch: 0, headPitch: 0, velocity: new Vec3(0, 0, 0), metadata: [] })
    Object.assign(cart, { rider: null, seat: 0, cell, way: sides(serv.blockAt(cell)), at: 0.5, speed: 0 })
    carts.add(cart)
    show(serv, cart)
    cart.updateAndSpawn()
  }

  serv.onUseItem(/^minecart$/, (player, block) => {
    if (!RAIL.test(block.name)) return false
    spend(player)
    put(block.position)
    return true
  })

  serv.onPower(/^powered_rail$/, (block, power) => {
    const powered = power > 0
    if (block.getProperties().powered !== powered) serv.setProperties(block, { powered })
  })

  serv.on('tick', () => {
    for (const cart of carts) {
      const rail = serv.blockAt(cart.cell)
      if (cart.rider) push(cart)
      if (rail.name === 'powered_rail') drive(cart, rail.getProperties().powered)
      const step = Math.min(FASTEST, cart.speed * (cart.rider ? RIDDEN : 1))
      if (step > 0 && !bump(cart, carts, step)) roll(serv, cart, step)
      cart.speed = Math.min(TOP, cart.speed * (cart.rider ? DRAG.ridden : DRAG.empty))
      if (cart.speed < MOVING / 2) cart.speed = 0
      if (step > 0) show(serv, cart)
    }
  })
}

/** The two sides that a rail leads to, as steps `{ x, z }` from its cell. */
function sides (rail) {
  const [first, second] = rail.getProperties().shape.split('_')
  const [a, b] = first === 'east' ? ['west', 'east'] : [first, second] // "east_west", as "north_south"
  return [a, b].map(name => new Vec3(SIDES[name][0], 0, SIDES[name][1]))
}

/** Blocks from side to side. */
function length ([from, to]) {
  return to.minus(from).norm() / 2
}

/** The rider's keys set a slow cart moving along their view. */
function push (cart) {
  const { steering: { forward }, heading } = cart.rider
  if (forward === 0 || cart.speed >= PUSHED) return
  const yaw = heading.yaw * Math.PI / 180
  const along = cart.way[1].minus(cart.way[0]).unit().dot(new Vec3(-Math.sin(yaw), 0, Math.cos(yaw)))
  setSpeed(cart, cart.speed + PUSH * Math.sign(forward) * along)
}

/** A cart that goes backwards is turned round: its speed is never below zero. */
function setSpeed (cart, speed) {
  cart.speed = speed
  if (speed < 0) turnRound(cart)
}

function turnRound (cart) {
  Object.assign(cart, { way: [cart.way[1], cart.way[0]], at: length(cart.way) - cart.at, speed: -cart.speed })
}

function drive (cart, powered) {
  if (powered && cart.speed > MOVING) cart.speed += BOOST
  if (!powered) cart.speed = cart.speed < BRAKE.stop ? 0 : cart.speed * BRAKE.factor
}

/** Whether another cart is in the way: then both have the mean of their speeds. */
function bump (cart, carts, step) {
  const here = place(cart)
  const ahead = cart.way[1].minus(cart.way[0]).unit()
  for (const other of carts) {
    const offset = place(other).minus(here)
    if (other === cart || offset.dot(ahead) <= 0 || offset.norm() - step >= LENGTH) continue
    if (other.way[1].minus(other.way[0]).dot(ahead) < 0) turnRound(other)
    const shared = (cart.speed + other.speed) / 2
    setSpeed(cart, shared)
    setSpeed(other, shared)
    return true
  }
  return false
}

/** Moves a cart along its rails; at their end it stops. */
function roll (serv, cart, step) {
  cart.at += step
  for (let rest = cart.at - length(cart.way); rest > 0; rest = cart.at - length(cart.way)) {
    const next = cart.cell.plus(cart.way[1])
    const rail = serv.blockAt(next)
    const entry = cart.way[1].scaled(-1)
    const [a, b] = rail && RAIL.test(rail.name) ? sides(rail) : []
    if (!a || !(a.equals(entry) || b.equals(entry))) {
      Object.assign(cart, { at: length(cart.way), speed: 0 })
      return
    }
    Object.assign(cart, { cell: next, way: a.equals(entry) ? [a, b] : [b, a], at: rest })
  }
}

/** Where a cart is. */
function place ({ cell, way: [from, to], at, way }) {
  const share = at / length(way)
  return cell.offset(0.5, ABOVE, 0.5).plus(from.scaled((1 - share) / 2)).plus(to.scaled(share / 2))
}

/** Tells everybody. A cart's yaw in the protocol is that of its motion, from east to south. */
function show (serv, cart) {
  const along = cart.way[1].minus(cart.way[0])
  serv.moveVehicle(cart, place(cart), Math.atan2(along.z, along.x) * 180 / Math.PI)
}

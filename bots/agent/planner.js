'use strict'

/**
 * Paths over terrain, by mineflayer-pathfinder's search. Only planning: walking them is for the scripts.
 *
 * The search is bounded by the nodes it visits. Its own limits are times, and time stands still while it runs.
 */

const { Movements, goals } = require('mineflayer-pathfinder')
const AStar = require('mineflayer-pathfinder/lib/astar')
const Move = require('mineflayer-pathfinder/lib/move')
const { beat } = require('./watchdog')

const MAX_NODES = 3000 // enough for some 60 blocks of rough terrain
const MAX_DROP = 3 // blocks; a higher fall hurts
const WATER_COST = 6 // in blocks of dry way

class OutOfNodes extends Error {}

/** On foot, jumping up single blocks, without digging, building or leaps. */
function onFoot (bot) {
  return Object.assign(new Movements(bot), {
    canDig: false,
    allow1by1towers: false,
    allowParkour: false,
    allowEntityDetection: false,
    scafoldingBlocks: [],
    maxDropDown: MAX_DROP,
    infiniteLiquidDropdownDistance: false,
    liquidCost: WATER_COST
  })
}

function bounded (goal) {
  const isEnd = goal.isEnd.bind(goal)
  let nodes = 0
  goal.isEnd = node => {
    if (++nodes > MAX_NODES) throw new OutOfNodes()
    beat() // a search that ends is no hang, however slow the machine is
    return isEnd(node)
  }
  return goal
}

function makeGoal ({ x, y, z, range }) {
  const near = [Math.floor(x), Math.floor(z)]
  return y == null ? new goals.GoalNearXZ(...near, range) : new goals.GoalNear(near[0], Math.floor(y), near[1], range)
}

/**
 * A way from where `bot` stands to within `range` blocks of a goal (`y` null: at any height):
 * `{ complete, path: [[x, y, z] of block cells to stand in] }`; incomplete is the way to the nearest place found.
 */
function plan (bot, request) {
  const { x, y, z } = bot.entity.position
  const start = new Move(Math.floor(x), Math.floor(y + 0.01), Math.floor(z), 0, 0)
  bot.movements ??= onFoot(bot)
  const search = new AStar(start, bot.movements, bounded(makeGoal(request)), Infinity, Infinity)
  const { status, path } = compute(search)
  return { complete: status === 'success', path: path.map(move => [move.x, move.y, move.z]) }
}

function compute (search) {
  try {
    return search.compute()
  } catch (error) {
    if (!(error instanceof OutOfNodes)) throw error
    return search.makeResult('timeout', search.bestNode)
  }
}

module.exports = { plan }

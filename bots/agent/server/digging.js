'use strict'

/**
 * Breaking blocks: who digs for as long as the tool takes gets the block and its drops. Stock assumes a bare hand.
 * Cracks are shown to the others in ten stages.
 */

const { Vec3 } = require('vec3')

const START = 0
const CANCEL = 1
const FINISH = 2
const DROP_STACK = 3
const DROP_ITEM = 4
const SLACK = 1 // ticks that a client may be early by

module.exports.player = (player, serv) => {
  let dig = null

  const handlers = {
    [START]: position => {
      const block = serv.blockAt(position)
      if (block.name === 'air') return
      const ticks = Math.ceil(serv.digTime(player, block) / 50)
      dig = { position, block, ticks, started: serv.tickCount, stage: -1 }
      if (ticks === 0) handlers[FINISH](position)
    },
    [CANCEL]: () => {
      if (dig) crack(player, dig, -1)
      dig = null
    },
    [FINISH]: position => {
      if (!dig || !dig.position.equals(position)) return
      const early = dig.ticks - (serv.tickCount - dig.started) > SLACK
      crack(player, dig, -1)
      if (early) player.sendBlock(position, dig.block.stateId)
      else {
        serv.breakBlock(position, held(player))
        if (dig.block.hardness > 0) player.wear('dig')
      }
      dig = null
    },
    [DROP_STACK]: () => serv.toss?.(player, Infinity),
    [DROP_ITEM]: () => serv.toss?.(player, 1)
  }

  player.everyTick(() => {
    if (!dig) return
    const stage = Math.min(9, Math.floor(10 * (serv.tickCount - dig.started) / dig.ticks))
    if (stage !== dig.stage) crack(player, dig, stage)
  })

  player._client.removeAllListeners('block_dig')
  player._client.on('block_dig', ({ status, location }) => {
    handlers[status]?.(new Vec3(location.x, location.y, location.z))
  })
}

module.exports.server = serv => {
  /** Milliseconds that the player needs for the block with what they hold. */
  serv.digTime = (player, block) => {
    const creative = player.gameMode === 1
    return block.digTime(held(player)?.type ?? null, creative, false, !player.onGround, held(player)?.enchants ?? [], {})
  }

  /** Removes a block, with what stands on it, and drops what the tool (an item or nothing) gets from it. */
  serv.breakBlock = (position, tool) => {
    const block = serv.blockAt(position)
    serv.setBlock(serv.overworld, position, 0)
    if (block.canHarvest(tool?.type ?? null)) dropsOf(serv, block).forEach(drop => serv.drop?.(position.offset(0.5, 0.3, 0.5), drop))
    const above = serv.blockAt(position.offset(0, 1, 0))
    if (serv.needsSupport(above)) serv.breakBlock(position.offset(0, 1, 0), null)
  }

  serv.needsSupport = block => block.boundingBox === 'empty' && !['air', 'cave_air', 'water', 'lava'].includes(block.name)
}

function dropsOf (serv, block) {
  if (serv.isCrop(block)) return serv.harvest(block)
  const loot = serv.registry.blockLoot?.[block.name]?.drops ?? []
  return loot
    // The chance of what drops only without silk touch counts the silk touch in, which nobody has here.
    .filter(drop => !drop.silkTouch && (drop.noSilkTouch || serv.random() < (drop.dropChance ?? 1)))
    .map(drop => ({ item: drop.item, count: Math.max(1, drop.stackSizeRange?.[0] ?? 1) }))
}

function crack (player, dig, stage) {
  dig.stage = stage
  player._writeOthersNearby('block_break_animation', { entityId: player.id, location: dig.position, destroyStage: stage })
}

function held (player) {
  return player.inventory.slots[36 + player.heldItemSlot]
}

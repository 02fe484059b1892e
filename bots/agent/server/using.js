'use strict'

/** What the use button does on blocks: handlers by block, and by the item in the hand. Stock allows one of each. */

module.exports.define = serv => {
  const blocks = []
  const items = []

  /** `handler(player, block)` for blocks whose name `matches` (a regular expression); true keeps the item from being used. */
  serv.onUseBlock = (matches, handler) => blocks.push({ matches, handler })

  /** `handler(player, block, item)` for items in the hand; true keeps them from being placed. */
  serv.onUseItem = (matches, handler) => items.push({ matches, handler })

  /** Carries out a click on a block. Returns whether it did anything. */
  serv.use = (player, block) => {
    const item = player.inventory.slots[36 + player.heldItemSlot]
    return (!player.crouching && blocks.some(({ matches, handler }) => matches.test(block.name) && handler(player, block))) ||
      Boolean(item && items.some(({ matches, handler }) => matches.test(item.name) && handler(player, block, item)))
  }
}

/** So many of an item, null for none. */
module.exports.part = (item, count) => {
  if (count <= 0) return null
  return Object.assign(Object.create(Object.getPrototypeOf(item)), item, { count })
}

/** Uses up one of the held items. */
module.exports.spend = player => {
  const slot = 36 + player.heldItemSlot
  const item = player.inventory.slots[slot]
  item.count--
  player.inventory.updateSlot(slot, item.count > 0 ? item : null)
}

'use strict'

/** Tools wear out as they are used, and break. Stock's last for ever. Numbers are Minecraft's. */

const BREAKS = 47 // entity status: what the right hand held is gone
const TOOL = /_(pickaxe|axe|shovel|hoe)$|^shears$/
const COST = { // uses that a deed costs, by what is held
  dig: name => name.endsWith('_sword') ? 2 : TOOL.test(name) ? 1 : 0,
  hit: name => /_(sword|hoe)$/.test(name) ? 1 : TOOL.test(name) && name !== 'shears' ? 2 : 0,
  till: () => 1
}

module.exports.player = (player, serv) => {
  /** Wears out what the player holds by a deed of the table above. */
  player.wear = deed => {
    const slot = 36 + player.heldItemSlot
    const item = player.inventory.slots[slot]
    const cost = item?.maxDurability ? COST[deed](item.name) : 0
    if (cost === 0) return
    item.durabilityUsed += cost
    const broken = item.durabilityUsed >= item.maxDurability
    if (broken) serv._writeArray('entity_status', { entityId: player.id, entityStatus: BREAKS }, serv.players)
    player.inventory.updateSlot(slot, broken ? null : item)
  }
}

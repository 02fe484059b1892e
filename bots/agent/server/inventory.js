'use strict'

/** What players carry: items handed out by the stage, and held items shown to the others whenever they change. */

const HOTBAR = 36

module.exports.player = (player, serv) => {
  const Item = require('prismarine-item')(serv.registry)

  /** Puts `count` of an item (0 empties it) into a slot of the player's window. */
  player.setSlot = (slot, name, count) => {
    const item = count > 0 ? new Item(serv.registry.itemsByName[name].id, count) : null
    player.inventory.updateSlot(slot, item)
  }

  const held = () => player.inventory.slots[HOTBAR + player.heldItemSlot]
  const show = () => {
    player.setEquipment(0, held() ?? undefined)
    player._writeOthersNearby('entity_equipment', {
      entityId: player.id, equipments: [{ slot: 0, item: Item.toNotch(held()) }]
    })
  }

  player.inventory.on('updateSlot', slot => { if (slot === HOTBAR + player.heldItemSlot) show() })

  // Stock shows a fixed item here.
  player._client.removeAllListeners('held_item_slot')
  player._client.on('held_item_slot', ({ slotId }) => {
    player.heldItemSlot = slotId
    show()
  })
}

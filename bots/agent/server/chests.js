'use strict'

/** Chests: 27 slots each, which several players may look into at once. Who breaks one gets what is in it. */

const { Store } = require('./screens')

const SLOTS = 27
const TYPE = 2 // generic_9x3
const LID = 1 // action of the block: how many look into it

module.exports.server = serv => {
  const Item = require('prismarine-item')(serv.registry)
  const chests = new Map() // position as text to { position, store }

  function chestAt (position) {
    const key = String(position)
    if (!chests.has(key)) chests.set(key, { position, store: new Store(SLOTS) })
    return chests.get(key).store
  }

  function showLid (position, store) {
    const { id } = serv.registry.blocksByName.chest
    serv._writeAll('block_action', { location: position, byte1: LID, byte2: store.viewers.size, blockId: id })
  }

  /** Puts items into a chest: `[[slot, name, count]]`. */
  serv.fillChest = (position, items) => {
    const store = chestAt(position)
    for (const [slot, name, count] of items) store.put(slot, new Item(serv.registry.itemsByName[name].id, count))
  }

  serv.onUseBlock(/^chest$/, (player, { position }) => {
    const store = chestAt(position)
    serv.openScreen(player, store, { type: TYPE, title: 'container.chest', closed: () => showLid(position, store) })
    showLid(position, store)
    return true
  })

  serv.onChange(position => {
    const chest = chests.get(String(position))
    if (!chest || serv.blockAt(position).name === 'chest') return
    chests.delete(String(position))
    for (const player of [...chest.store.viewers]) {
      player._client.write('close_window', { windowId: player.screen.id })
      player.closeScreen()
    }
    for (const item of chest.store.slots) if (item) serv.drop(position.offset(0.5, 0.5, 0.5), { item: item.name, count: item.count })
  })
}

'use strict'

/**
 * Chests: 27 slots each, which several players may look into at once; two that are placed side by side become one of 54.
 * Who breaks one gets what is in it, or in that half of it.
 */

const { Vec3 } = require('vec3')
const { Store } = require('./screens')

const SLOTS = 27
const SCREENS = { // of the protocol, by number of slots
  [SLOTS]: { type: 2, title: 'container.chest' }, // generic_9x3
  [2 * SLOTS]: { type: 5, title: 'container.chestDouble' } // generic_9x6
}
const LID = 1 // action of the block: how many look into it
const SIDES = { north: new Vec3(0, 0, -1), east: new Vec3(1, 0, 0), south: new Vec3(0, 0, 1), west: new Vec3(-1, 0, 0) }
const NAMES = Object.keys(SIDES)
const TURNS = { left: 1, right: 3 } // quarter turns from where a half faces to where its other half is
const OTHER = { left: 'right', right: 'left' }

module.exports.server = serv => {
  const Item = require('prismarine-item')(serv.registry)
  const chests = new Map() // position as text to { store, first }, the first slot of this half in the store

  const stateAt = position => {
    const block = serv.blockAt(position)
    return block?.name === 'chest' ? block.getProperties() : null
  }

  /** Where the other half of a chest is, null of a single one. */
  function otherHalf (position) {
    const { type, facing } = stateAt(position)
    if (type === 'single') return null
    const place = beside(position, facing, type)
    const other = stateAt(place)
    return other?.type === OTHER[type] && other.facing === facing ? place : null
  }

  function chestAt (position) {
    const other = otherHalf(position)
    const known = chests.get(String(position))
    if (known && known.store.slots.length === (other ? 2 : 1) * SLOTS) return known
    if (!other) return keep(position, new Store(SLOTS), 0)
    const [first, second] = stateAt(position).type === 'right' ? [position, other] : [other, position] // as in the game
    const store = new Store(2 * SLOTS)
    for (const [place, start] of [[first, 0], [second, SLOTS]]) {
      chests.get(String(place))?.store.slots.forEach((item, slot) => store.put(start + slot, item))
      keep(place, store, start)
    }
    return chests.get(String(position))
  }

  function keep (position, store, first) {
    const chest = { store, first }
    chests.set(String(position), chest)
    return chest
  }

  function showLid (position, { viewers }) {
    const { id } = serv.registry.blocksByName.chest
    for (const location of [position, otherHalf(position)].filter(Boolean)) {
      serv._writeAll('block_action', { location, byte1: LID, byte2: viewers.size, blockId: id })
    }
  }

  /** Puts items into a chest, or a half of one: `[[slot, name, count]]`. */
  serv.fillChest = (position, items) => {
    const { store, first } = chestAt(position)
    for (const [slot, name, count] of items) store.put(first + slot, new Item(serv.registry.itemsByName[name].id, count))
  }

  serv.onUseBlock(/^chest$/, (player, { position }) => {
    const { store } = chestAt(position)
    const closed = () => { if (stateAt(position)) showLid(position, store) }
    serv.openScreen(player, store, { ...SCREENS[store.slots.length], closed })
    showLid(position, store)
    return true
  })

  serv.on('placed', (position, player) => {
    const placed = stateAt(position)
    if (!placed || player.crouching) return
    for (const type of ['left', 'right']) {
      const place = beside(position, placed.facing, type)
      const other = stateAt(place)
      if (other?.type !== 'single' || other.facing !== placed.facing) continue
      closeAll(chestAt(place).store)
      serv.setProperties(serv.blockAt(position), { type })
      serv.setProperties(serv.blockAt(place), { type: OTHER[type] })
      return
    }
  })

  serv.onChange(position => {
    const chest = chests.get(String(position))
    if (stateAt(position)) return
    for (const place of NAMES.map(side => position.plus(SIDES[side]))) {
      const state = stateAt(place)
      if (state && state.type !== 'single' && !otherHalf(place)) makeSingle(place)
    }
    if (!chest) return
    chests.delete(String(position))
    closeAll(chest.store)
    for (const item of half(chest)) if (item) serv.drop(position.offset(0.5, 0.5, 0.5), { item: item.name, count: item.count })
  })

  /** What the half of a broken chest that is left becomes. */
  function makeSingle (position) {
    const chest = chests.get(String(position))
    serv.setProperties(serv.blockAt(position), { type: 'single' })
    if (!chest) return
    closeAll(chest.store)
    const { store } = keep(position, new Store(SLOTS), 0)
    half(chest).forEach((item, slot) => store.put(slot, item))
  }
}

/** Where the other half of a half of that type is. */
function beside (position, facing, type) {
  return position.plus(SIDES[NAMES[(NAMES.indexOf(facing) + TURNS[type]) & 3]])
}

/** The items of a chest's own half. */
function half ({ store, first }) {
  return store.slots.slice(first, first + SLOTS)
}

function closeAll ({ viewers }) {
  for (const player of [...viewers]) {
    player._client.write('close_window', { windowId: player.screen.id })
    player.closeScreen()
  }
}

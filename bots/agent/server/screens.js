'use strict'

/**
 * Open screens: slots of a store, of the player, and the cursor; clicks move items between them as in the game.
 *
 * A store is shared by all who look at it, and each of them is told of every change. Stock shows empty chests and
 * keeps nothing.
 */

const { stow } = require('./items')
const { part } = require('./using')

const OWN_WINDOW = 0
const CARRIED = -1 // window id and slot by which the cursor is named
const OUTSIDE = -999
const FIRST = 9 // slot of the player's window that follows a store's slots
const LAST = 44
const CLICK = 0 // modes
const QUICK_MOVE = 1
const LEFT = 0

/** Slots that players look at. `result`: the slot that holds what the others make, -1 for none. */
class Store {
  constructor (size, { result = -1 } = {}) {
    this.slots = Array(size).fill(null)
    this.result = result
    this.viewers = new Set()
    this.changed = () => {}
    this.taken = () => {}
  }

  put (slot, item) {
    this.slots[slot] = item
    for (const player of this.viewers) player.tellSlot(player.windowOf(this), slot, item)
    if (slot !== this.result) this.changed()
  }
}

module.exports.define = serv => {
  /** Opens a store as a screen of a protocol's type. */
  serv.openScreen = (player, store, { type, title, closed = () => {} }) => {
    player.closeScreen()
    player.screen = { id: player.nextWindow(), store, closed }
    store.viewers.add(player)
    player._client.write('open_window', {
      windowId: player.screen.id, inventoryType: type, windowTitle: JSON.stringify({ translate: title })
    })
    player.tellScreen()
  }
}

module.exports.player = (player, serv) => {
  const Item = require('prismarine-item')(serv.registry)
  let windows = 0
  let state = 0

  player.grid = serv.makeField(2) // the player's own crafting field
  player.grid.viewers.add(player)
  player.carried = null
  player.screen = { id: OWN_WINDOW, store: player.grid, closed: () => {} }
  player.nextWindow = () => { windows = windows % 100 + 1; return windows }
  player.windowOf = store => store === player.grid ? OWN_WINDOW : player.screen.id

  player.tellSlot = (windowId, slot, item) => {
    player._client.write('set_slot', { windowId, stateId: ++state, slot, item: Item.toNotch(item) })
  }

  player.tellScreen = () => {
    const items = [...player.screen.store.slots, ...player.inventory.slots.slice(FIRST, LAST + 1)]
    player._client.write('window_items', {
      windowId: player.screen.id, stateId: ++state, items: items.map(item => Item.toNotch(item)), carriedItem: Item.toNotch(player.carried)
    })
  }

  player.carry = item => {
    player.carried = item && item.count > 0 ? item : null
    player.tellSlot(CARRIED, CARRIED, player.carried)
  }

  /** Puts away what is on the cursor and in crafting fields, and leaves the screen. */
  player.closeScreen = () => {
    const { id, store, closed } = player.screen
    if (player.carried) give(serv, player, player.carried)
    player.carry(null)
    if (store.result >= 0) empty(serv, player, store)
    if (id !== OWN_WINDOW) store.viewers.delete(player)
    player.screen = { id: OWN_WINDOW, store: player.grid, closed: () => {} }
    closed()
  }

  // While a screen is open, its copy of the player's slots is kept up as well.
  player.inventory.on('updateSlot', (slot, _, item) => {
    const { id, store } = player.screen
    if (id !== OWN_WINDOW && slot >= FIRST && slot <= LAST) player.tellSlot(id, slot - FIRST + store.slots.length, item)
  })

  player._client.removeAllListeners('close_window')
  player._client.on('close_window', () => player.closeScreen())
  player._client.removeAllListeners('window_click')
  player._client.on('window_click', ({ windowId, slot, mouseButton, mode }) => {
    if (windowId !== player.screen.id || ![CLICK, QUICK_MOVE].includes(mode)) return
    if (slot === OUTSIDE) {
      if (player.carried) serv.throwItem(player, player.carried)
      player.carry(null)
    } else if (slot === player.screen.store.result) {
      takeResult(serv, player, mode)
    } else if (mode === QUICK_MOVE) {
      quickMove(player, slot)
    } else {
      click(player, slotOf(player, slot), mouseButton)
    }
  })
}

/** A slot of the open screen as `{ get, put }`. */
function slotOf (player, slot) {
  const { id, store } = player.screen
  if (slot < store.slots.length) return { get: () => store.slots[slot], put: item => store.put(slot, item) }
  const own = id === OWN_WINDOW ? slot : slot - store.slots.length + FIRST
  return { get: () => player.inventory.slots[own], put: item => player.inventory.updateSlot(own, item) }
}

/** Left: all of it; right: half of it, or one into the slot. Different items change places. */
function click (player, slot, button) {
  const { carried } = player
  const item = slot.get()
  if (!carried && !item) return
  if (!carried) {
    const taken = button === LEFT ? item.count : Math.ceil(item.count / 2)
    slot.put(part(item, item.count - taken))
    player.carry(part(item, taken))
  } else if (!item || item.type === carried.type) {
    const there = item?.count ?? 0
    const moved = Math.min(button === LEFT ? carried.count : 1, carried.stackSize - there)
    slot.put(part(carried, there + moved))
    player.carry(part(carried, carried.count - moved))
  } else {
    slot.put(carried)
    player.carry(item)
  }
}

/** Moves a stack between the store and the player, or, where the store takes nothing, between hotbar and the rest. */
function quickMove (player, number) {
  const { id, store } = player.screen
  const from = slotOf(player, number)
  const item = from.get()
  if (!item) return
  const size = id === OWN_WINDOW ? FIRST : store.slots.length
  const rest = range(size, size + 27)
  const hotbar = range(size + 27, size + 36)
  const ofStore = number < size
  const goals = ofStore ? [...rest, ...hotbar] : store.result < 0 ? range(0, size) : hotbar.includes(number) ? rest : hotbar
  const left = spread(item, goals.map(goal => slotOf(player, goal)))
  from.put(part(item, left))
}

/** Spreads a stack over slots, first onto equal stacks. Returns what is left of its count. */
function spread (item, slots) {
  let left = item.count
  for (const slot of [...slots.filter(({ get }) => get()?.type === item.type), ...slots.filter(({ get }) => !get())]) {
    const there = slot.get()?.count ?? 0
    const moved = Math.min(left, item.stackSize - there)
    if (moved > 0) slot.put(part(item, there + moved))
    left -= moved
  }
  return left
}

/** Takes what the crafting field makes: once onto the cursor, or as often as it goes into the inventory. */
function takeResult (serv, player, mode) {
  const { store } = player.screen
  const made = store.slots[store.result]
  if (!made) return
  if (mode === QUICK_MOVE) {
    const { name } = made
    while (store.slots[store.result]?.name === name && stow(player, store.slots[store.result])) store.taken()
    return
  }
  const { carried } = player
  const count = (carried?.count ?? 0) + made.count
  if (carried && (carried.type !== made.type || count > made.stackSize)) return
  player.carry(part(made, count))
  store.taken()
}

/** Gives back what lies in a crafting field. */
function empty (serv, player, store) {
  store.slots.forEach((item, slot) => {
    if (!item || slot === store.result) return
    store.put(slot, null)
    give(serv, player, item)
  })
}

function give (serv, player, item) {
  if (!stow(player, item)) serv.throwItem(player, item)
}

function range (from, to) {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

module.exports.Store = Store

'use strict'

/**
 * The open screen of one player, such as a chest: a cursor that the mouse moves, and clicks on the slot below it.
 *
 * `screens.json` says where slots are: for each screen its size and groups of slots, each `[[first, last], [x, y],
 * [columns, rows]]`, in GUI pixels from the top-left corner of the screen's texture, as the game's client draws them.
 * Slots of the player are numbered as in the player's own window.
 */

const prismarineItem = require('prismarine-item')
const SCREENS = require('./screens.json')

const KINDS = { // of the protocol
  'minecraft:generic_9x3': 'chest',
  'minecraft:generic_9x6': 'large_chest',
  'minecraft:crafting': 'crafting'
}
const PITCH = 18 // GUI pixels from slot to slot
const SLOT = 16 // GUI pixels
const MARGIN = 40 // GUI pixels around the screen that the cursor can go to
const BUTTON = { attack: 0, use: 1 }
const CLICK = 0 // modes
const QUICK_MOVE = 1
const OUTSIDE = -999
const OWN_WINDOW = 0
const CARRIED = -1 // the window id by which the server names the cursor

class Screen {
  constructor (bot) {
    this.bot = bot
    this.Item = null // known when the version is
    this.own = false // the player's own inventory is open; the server is not told of that
    this.cursor = { x: 0, y: 0 }
    this.item = null
    this.shown = ''
    bot.once('inject_allowed', () => { this.Item = prismarineItem(bot.registry) })
    bot._client.on('set_slot', ({ windowId, item }) => { if (windowId === CARRIED) this.carry(item) })
    bot._client.on('window_items', ({ carriedItem }) => this.carry(carriedItem))
  }

  carry (item) {
    this.item = item ? this.Item.fromNotch(item) : null
  }

  /** "" when none is open. */
  get kind () {
    const { currentWindow } = this.bot
    if (currentWindow) return KINDS[currentWindow.type] ?? currentWindow.type.replace('minecraft:', '')
    return this.own ? 'inventory' : ''
  }

  /** What the key E does: opens the player's inventory, or closes what is open. */
  toggle () {
    if (this.bot.currentWindow) this.bot.closeWindow(this.bot.currentWindow)
    else if (this.own) this.bot._client.write('close_window', { windowId: OWN_WINDOW })
    this.own = !this.own && !this.shown
    this.item = null
  }

  /** Moves the cursor by GUI pixels, + = right and down. */
  move (dx, dy) {
    const [width, height] = SCREENS[this.kind]?.size ?? [0, 0]
    this.cursor.x = Math.max(-MARGIN, Math.min(width + MARGIN, this.cursor.x + dx))
    this.cursor.y = Math.max(-MARGIN, Math.min(height + MARGIN, this.cursor.y + dy))
  }

  /** A click with the button `attack` (left) or `use` (right) on what is below the cursor. */
  click (button, shift) {
    const slot = this.slotBelow()
    if (slot === null) return
    this.bot._client.write('window_click', {
      windowId: this.bot.currentWindow?.id ?? OWN_WINDOW,
      stateId: -1,
      slot,
      mouseButton: BUTTON[button],
      mode: shift && slot !== OUTSIDE ? QUICK_MOVE : CLICK,
      changedSlots: [], // no guess: the server tells what has changed
      cursorItem: this.Item.toNotch(null)
    })
  }

  /** The slot of the window that the cursor is on, null for none. */
  slotBelow () {
    const { size: [width, height], own, player } = SCREENS[this.kind]
    const { x, y } = this.cursor
    if (x < 0 || y < 0 || x >= width || y >= height) return OUTSIDE
    const slot = hit(own, x, y)
    if (slot !== null) return slot
    const theirs = hit(player, x, y)
    const window = this.bot.currentWindow
    return window && theirs !== null ? theirs - 9 + window.inventoryStart : theirs
  }

  /** To be called once a tick, when its packets have arrived: a screen that has come up has its cursor in the middle. */
  settle () {
    const { kind } = this
    if (kind !== '' && this.bot.currentWindow) this.own = false
    if (kind !== this.shown) {
      const [width, height] = SCREENS[kind]?.size ?? [0, 0]
      this.cursor = { x: width / 2, y: height / 2 }
      if (kind === '') this.item = null
    }
    this.shown = kind
  }

  /** The columns of the recording. */
  read () {
    const { bot, item, cursor } = this
    const window = bot.currentWindow ?? (this.own ? bot.inventory : null)
    const end = bot.currentWindow ? window.inventoryStart : FIRST_OF_PLAYER
    return {
      window: this.kind,
      window_items: window ? occupied(window.slots.slice(0, end)) : [],
      carried: item ? struct(item, -1) : null,
      cursor_x: cursor.x,
      cursor_y: cursor.y
    }
  }
}

const FIRST_OF_PLAYER = 5 // slot of the player's window; the ones before are for crafting

/** The slots that hold something, as structs of the recording. */
function occupied (slots, first = 0) {
  return slots
    .map((item, index) => item && struct(item, first + index))
    .filter(Boolean)
}

/** A stack as a struct of the recording. */
function struct (item, slot) {
  return {
    slot,
    item: item.name,
    count: item.count,
    damage: item.maxDurability ? item.durabilityUsed ?? 0 : 0,
    enchanted: isEnchanted(item)
  }
}

function isEnchanted (item) {
  const { enchants } = item
  return (enchants?.enchantments ?? enchants)?.length > 0 // a list, or, as a component of newer versions, one that holds it
}

/** The slot of the groups at a point, or null. */
function hit (groups, x, y) {
  for (const [[first], [left, top], [columns, rows]] of groups) {
    const [column, row] = [Math.floor((x - left + 1) / PITCH), Math.floor((y - top + 1) / PITCH)]
    const within = column >= 0 && row >= 0 && column < columns && row < rows
    if (within && x - left - column * PITCH < SLOT + 1 && y - top - row * PITCH < SLOT + 1) return first + row * columns + column
  }
  return null
}

module.exports = { Screen, occupied, isEnchanted, FIRST_OF_PLAYER }

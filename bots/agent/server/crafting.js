'use strict'

/** Crafting on the player's own field of 2x2 and on a table of 3x3, by the recipes of minecraft-data. */

const { Store } = require('./screens')
const { part } = require('./using')

const TYPE = 11 // crafting
const RESULT = 0

module.exports.define = serv => {
  const Item = require('prismarine-item')(serv.registry)
  let recipes = null // what lies in a field as text to what it makes; made when first needed

  /** A store with a result slot and a crafting field of `side` x `side`. */
  serv.makeField = side => {
    const store = new Store(1 + side * side, { result: RESULT })
    store.changed = () => {
      recipes ??= index(serv.registry)
      const field = store.slots.slice(1).map(item => item?.type ?? null)
      const made = recipes.get(shape(field, side)) ?? recipes.get(heap(field))
      store.put(RESULT, made ? new Item(made.id, made.count) : null)
    }
    store.taken = () => {
      store.slots.forEach((item, slot) => { if (item && slot !== RESULT) store.put(slot, part(item, item.count - 1)) })
    }
    return store
  }
}

module.exports.server = serv => {
  serv.onUseBlock(/^crafting_table$/, player => {
    serv.openScreen(player, serv.makeField(3), { type: TYPE, title: 'container.crafting' })
    return true
  })
}

function index ({ recipes }) {
  const found = new Map()
  for (const { inShape, ingredients, result } of Object.values(recipes).flat()) {
    if (ingredients) found.set(heap(ingredients), result)
    if (!inShape) continue
    found.set(text(inShape), result)
    found.set(text(inShape.map(row => [...row].reverse())), result)
  }
  return found
}

/** What lies in a field, wherever in the field it lies. */
function shape (field, side) {
  const rows = Array.from({ length: side }, (_, row) => field.slice(row * side, (row + 1) * side))
  const full = rows.map(row => row.some(Boolean))
  const columns = Array.from({ length: side }, (_, column) => rows.some(row => row[column]))
  if (!full.includes(true)) return ''
  const [left, right] = [columns.indexOf(true), columns.lastIndexOf(true)]
  return text(rows.slice(full.indexOf(true), full.lastIndexOf(true) + 1).map(row => row.slice(left, right + 1)))
}

function text (rows) {
  const width = Math.max(...rows.map(row => row.length))
  return rows.map(row => Array.from({ length: width }, (_, column) => row[column] ?? '')).join(';')
}

function heap (ids) {
  return 'any order: ' + ids.filter(id => id != null).sort((a, b) => a - b)
}

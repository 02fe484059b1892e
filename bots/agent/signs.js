'use strict'

/** What is written on signs, in the eyes of the players: each text once, when it becomes known or changes. */

const nbt = require('prismarine-nbt')

const LINES = ['Text1', 'Text2', 'Text3', 'Text4'] // of 1.19 and before, which write on one side only

class SignView {
  constructor (bots) {
    this.known = new Map() // "x,y,z" to what was told of it
    this.fresh = []
    for (const bot of bots) {
      for (const key of Object.keys(bot.world.async.columns)) this.discover(bot, ...key.split(',').map(Number))
      bot._client.on('map_chunk', ({ x, z }) => this.discover(bot, x, z))
      bot._client.on('tile_entity_data', ({ location, nbtData }) => this.see(location, nbtData))
    }
  }

  discover (bot, x, z) {
    const found = bot.world.getColumn(x, z)?.blockEntities ?? {}
    for (const [key, tag] of Object.entries(found)) {
      const [dx, y, dz] = key.split(',').map(Number)
      this.see({ x: 16 * x + dx, y, z: 16 * z + dz }, tag)
    }
  }

  see ({ x, y, z }, tag) {
    const text = tag ? sidesOf(nbt.simplify(tag)) : null
    const key = `${x},${y},${z}`
    if (!text || (isBlank(text) && !this.known.has(key)) || this.known.get(key) === JSON.stringify(text)) return
    this.known.set(key, JSON.stringify(text))
    this.fresh.push({ x, y, z, ...text })
  }

  /** What has become known since the last call: `[{ x, y, z, front: side, back: side }]`. */
  take () {
    return this.fresh.splice(0)
  }
}

/** The sides of a sign by its data, `{ front, back }`, each `{ lines, colour, glowing }`; null of what is no sign. */
function sidesOf (data) {
  const of = text => side(text?.messages, text?.color, text?.has_glowing_text)
  if (data.front_text) return { front: of(data.front_text), back: of(data.back_text) }
  if (data.Text1 === undefined) return null
  return { front: side(LINES.map(line => data[line]), data.Color, data.GlowingText), back: side() }
}

function side (lines = [], colour = 'black', glowing = 0) {
  return { lines: lines.map(line => plain(parsed(line))), colour, glowing: Boolean(glowing) }
}

function isBlank ({ front, back }) {
  return [...front.lines, ...back.lines].every(line => line === '')
}

/** A line is a text component: written as JSON up to 1.21.4, as it is since. */
function parsed (line) {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}

/** The letters of a text component. */
function plain (component) {
  if (Array.isArray(component)) return component.map(plain).join('')
  if (component === null || typeof component !== 'object') return String(component ?? '')
  return (component.text ?? component[''] ?? '') + plain(component.extra ?? [])
}

module.exports = { SignView, sidesOf }

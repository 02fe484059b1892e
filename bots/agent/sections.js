'use strict'

/** The world as the players see it: sections that become known, and changes of blocks, each once for all players. */

const BLOCKS = 4096
const BIOMES = 64
const BYTES = 2 * (BLOCKS + BIOMES)

class WorldView {
  /** Begins with what is in view now: players that come from far off still hold the land where they were. */
  constructor (bots, viewDistance) {
    this.bots = bots
    this.known = new Map() // "x,z" of column to bot that sees it
    this.fresh = []
    this.changes = new Map()
    for (const bot of bots) {
      for (const key of Object.keys(bot.world.async.columns)) {
        const [x, z] = key.split(',').map(Number)
        if (within(viewDistance, bot.entity.position, x, z)) this.discover(bot, x, z)
      }
      bot.world.on('chunkColumnLoad', ({ x, z }) => this.discover(bot, x >> 4, z >> 4))
      bot.world.on('blockUpdate', (old, block) => { if (old.stateId !== block.stateId) this.change(block) })
    }
  }

  discover (bot, x, z) {
    const key = `${x},${z}`
    if (this.known.has(key)) return
    this.known.set(key, bot)
    this.fresh.push({ x, z, bot })
  }

  change ({ position: { x, y, z }, stateId }) {
    this.changes.set(`${x},${y},${z}`, [x, y, z, stateId])
  }

  /** Changes since the last call: [x, y, z, state] each. */
  takeChanges () {
    const changes = [...this.changes.values()]
    this.changes.clear()
    return changes
  }

  /**
   * The sections with anything but air in columns first seen since the last call: `{ positions: [[x, y, z] in
   * sections], data }`, where `data` holds for each 4096 block states and 64 biomes, uint16 LE, in the order y, z, x.
   */
  takeSections () {
    const found = []
    for (const { x, z, bot } of this.fresh) {
      const column = bot.world.getColumn(x, z)
      column.sections.forEach((section, index) => {
        if (section.solidBlockCount === 0 || isAir(section)) return
        found.push({ position: [x, index + (column.minY >> 4), z], section, biomes: column.biomes[index] })
      })
    }
    this.fresh = []
    const data = Buffer.alloc(found.length * BYTES)
    found.forEach((entry, index) => write(entry, new Uint16Array(data.buffer, data.byteOffset + index * BYTES, BLOCKS + BIOMES)))
    return { positions: found.map(({ position }) => position), data }
  }
}

function within (distance, position, x, z) {
  return Math.abs(Math.floor(position.x / 16) - x) <= distance && Math.abs(Math.floor(position.z / 16) - z) <= distance
}

function isAir ({ data, palette }) {
  return (palette ?? [data.value]).every(state => state === 0)
}

function write ({ section, biomes }, into) {
  copy(section.data, into.subarray(0, BLOCKS))
  copy(biomes.data, into.subarray(BLOCKS))
}

function copy (container, into) {
  if (container.value !== undefined) {
    into.fill(container.value)
    return
  }
  for (let index = 0; index < into.length; index++) into[index] = container.get(index)
}

module.exports = { WorldView }

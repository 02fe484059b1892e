'use strict'

/**
 * Natural land of several biomes: hills, rivers and lakes, beaches, trees, flowers, caves and ores.
 *
 * A chunk is made from its position and the seed alone, so that chunks may be made in any order. Below y = 0 all is
 * solid deepslate: nothing here goes so deep.
 */

const { generator, hash } = require('../random')
const { landscape, SEA } = require('./landscape')
const { TREES, WIDE, plant } = require('./plants')
const { section } = require('./sections')

const MIN_Y = -64
const TOP = 160 // above is air
const ROOF = 5 // blocks of ground that caves leave above them
const DEEPEST_CAVE = 6
const SNOW_LINE = 98
const ORES = [ // name, veins a chunk, blocks a vein, lowest and highest y
  ['coal_ore', 14, 9, 20, 90],
  ['iron_ore', 10, 6, 5, 64],
  ['copper_ore', 6, 7, 10, 60],
  ['lapis_ore', 2, 5, 1, 30],
  ['redstone_ore', 4, 6, 1, 18],
  ['gold_ore', 3, 6, 1, 32],
  ['diamond_ore', 2, 4, 1, 16]
]

/** `settle(seed, land)` gives the villages (see `villages.js`), if there are to be any. */
module.exports = ({ registry, seed, climate, settle }) => {
  const Chunk = require('prismarine-chunk')(registry)
  const land = landscape(seed, climate)
  const villages = settle?.(seed, land)
  const states = {}
  require('../server/states').define(Object.assign(states, { registry }))
  const stateIds = new Map()

  function state (name, properties) {
    const key = properties ? name + JSON.stringify(properties) : name
    if (!stateIds.has(key)) stateIds.set(key, states.stateOf(name, properties))
    return stateIds.get(key)
  }

  /** Columns of the chunk and of a margin around it, so that trees of neighbours reach in. */
  function survey (chunkX, chunkZ) {
    const columns = []
    for (let z = -WIDE; z < 16 + WIDE; z++) {
      for (let x = -WIDE; x < 16 + WIDE; x++) columns.push(land.column(chunkX * 16 + x, chunkZ * 16 + z))
    }
    return (x, z) => columns[(z + WIDE) * (16 + 2 * WIDE) + x + WIDE]
  }

  function ground ({ top, biome }, y, x, z) {
    if (y > top) return y <= SEA ? 'water' : 'air'
    const bare = biome.rocky && (hash(seed, x >> 2, z >> 2) % 3 === 0 || top > SEA + 24)
    if (y === top) return top > SNOW_LINE ? 'snow_block' : bare ? 'stone' : biome.surface
    if (y > top - biome.depth && !bare) return biome.filling
    if (y > top - 2 * biome.depth && biome.below) return biome.below
    return 'stone'
  }

  function fillGround (blocks, chunkX, chunkZ, at) {
    let ceiling = 0
    for (let z = 0; z < 16; z++) for (let x = 0; x < 16; x++) ceiling = Math.max(ceiling, at(x, z).top)
    const cave = land.caveMap(chunkX, chunkZ, ceiling)
    for (let z = 0; z < 16; z++) {
      for (let x = 0; x < 16; x++) {
        const column = at(x, z)
        const roof = column.top - (column.top <= SEA + 2 ? 2 * ROOF : column.biome.rocky ? 0 : ROOF)
        for (let y = 0; y <= Math.max(column.top, SEA); y++) {
          const hollow = y >= DEEPEST_CAVE && y <= roof && cave(x, y, z)
          if (!hollow) blocks[index(x, y, z)] = state(ground(column, y, chunkX * 16 + x, chunkZ * 16 + z))
        }
      }
    }
  }

  function addOres (blocks, random) {
    const stone = state('stone')
    for (const [name, veins, size, low, high] of ORES) {
      for (let vein = 0; vein < veins; vein++) {
        const at = [random() * 16, low + random() * (high - low), random() * 16]
        for (let block = 0; block < size; block++) {
          const [x, y, z] = at.map(Math.floor)
          if (x >= 0 && x < 16 && z >= 0 && z < 16 && blocks[index(x, y, z)] === stone) blocks[index(x, y, z)] = state(name)
          at[Math.floor(random() * 3)] += random() < 0.5 ? -1 : 1
          at[1] = Math.max(low, at[1])
        }
      }
    }
  }

  function addPlants (blocks, chunkX, chunkZ, at) {
    for (let z = -WIDE; z < 16 + WIDE; z++) {
      for (let x = -WIDE; x < 16 + WIDE; x++) {
        const column = at(x, z)
        if (column.top < SEA || column.top > SNOW_LINE) continue
        if (villages?.covers(chunkX * 16 + x, chunkZ * 16 + z)) continue
        const random = generator(hash(seed, chunkX * 16 + x, chunkZ * 16 + z))
        const growth = grow(column.biome, random)
        if (growth) put(blocks, x, column.top + 1, z, growth, column)
      }
    }
  }

  function put (blocks, x, y, z, growth, column) {
    const inside = x >= 0 && x < 16 && z >= 0 && z < 16
    if (inside && blocks[index(x, y - 1, z)] !== state(ground(column, y - 1, 0, 0)) && !column.biome.rocky) return
    for (const [dx, dy, dz, name, properties] of growth) {
      const [px, py, pz] = [x + dx, y + dy, z + dz]
      if (px < 0 || px > 15 || pz < 0 || pz > 15 || py >= TOP) continue
      if (blocks[index(px, py, pz)] === 0) blocks[index(px, py, pz)] = state(name, properties)
    }
  }

  function addBuildings (blocks, chunkX, chunkZ) {
    for (const [x, y, z, name, properties] of villages.blocksOf(chunkX, chunkZ)) {
      if (y < TOP) blocks[index(x & 15, y, z & 15)] = state(name, properties)
    }
  }

  return (chunkX, chunkZ) => {
    const blocks = new Uint16Array(TOP * 256)
    const at = survey(chunkX, chunkZ)
    fillGround(blocks, chunkX, chunkZ, at)
    addOres(blocks, generator(hash(seed, chunkX, chunkZ, 1)))
    addPlants(blocks, chunkX, chunkZ, at)
    if (villages) addBuildings(blocks, chunkX, chunkZ)
    return column(blocks, at)
  }

  function column (blocks, at) {
    const result = new Chunk()
    const deep = new Uint16Array(4096).fill(state('deepslate'))
    const bottom = Uint16Array.from(deep, (value, i) => i < 256 ? state('bedrock') : value)
    const buried = -MIN_Y / 16
    for (let i = 0; i < buried; i++) result.sections[i] = section(Chunk.section, i === 0 ? bottom : deep)
    for (let i = 0; i < TOP / 16; i++) {
      result.sections[buried + i] = section(Chunk.section, blocks.subarray(i * 4096, (i + 1) * 4096))
    }
    const cell = { x: 0, y: 0, z: 0 }
    for (cell.y = MIN_Y; cell.y < MIN_Y + result.worldHeight; cell.y += 4) {
      for (cell.z = 0; cell.z < 16; cell.z += 4) {
        for (cell.x = 0; cell.x < 16; cell.x += 4) {
          result.setBiome(cell, registry.biomesByName[at(cell.x + 1, cell.z + 1).name].id)
        }
      }
    }
    return result
  }
}

/** What grows on a column: blocks, or null for nothing. */
function grow (biome, random) {
  const tree = pick(biome.trees, random())
  if (tree) return TREES[tree](random)
  const small = pick(biome.plants, random())
  return small && plant(small)
}

/** The kind whose share of [0, 1) holds the number. */
function pick (chances, number) {
  for (const [chance, kind] of chances) {
    if (number < chance) return kind
    number -= chance
  }
  return null
}

function index (x, y, z) {
  return y << 8 | z << 4 | x
}

'use strict'

/**
 * Generates the chunks of one region of land without and with villages, and tells about them on stdout as JSON. Arguments:
 * agent folder, seed, and the region's place, in regions.
 */

const path = require('path')
const [agent, ...numbers] = process.argv.slice(2)
const [seed, regionX, regionZ] = numbers.map(Number)
const load = file => require(path.join(agent, file))
const registry = load('node_modules/prismarine-registry')('1.18.2')
const { landscape } = load('worlds/landscape')

const CHUNKS = 6 // to a region's side
const places = []
for (let x = 0; x < CHUNKS; x++) for (let z = 0; z < CHUNKS; z++) places.push([regionX * CHUNKS + x, regionZ * CHUNKS + z])

function generate (kind, order) {
  const make = load(`worlds/${kind}`)({ registry, seed })
  return new Map(order.map(([x, z]) => [`${x},${z}`, make(x, z)]))
}

/** Blocks above and at the ground by name, as [x, y, z, properties]. */
function built (columns, names) {
  const found = Object.fromEntries(names.map(name => [name, []]))
  const Block = load('node_modules/prismarine-block')(registry)
  for (const [key, column] of columns) {
    const [chunkX, chunkZ] = key.split(',').map(Number)
    for (let y = 50; y < 120; y++) {
      for (let z = 0; z < 16; z++) {
        for (let x = 0; x < 16; x++) {
          const state = column.getBlockStateId({ x, y, z })
          const { name } = registry.blocksByStateId[state]
          const kind = names.find(end => name.endsWith(end))
          if (kind) found[kind].push([chunkX * 16 + x, y, chunkZ * 16 + z, Block.fromStateId(state, 0).getProperties()])
        }
      }
    }
  }
  return found
}

const dumps = columns => places.map(([x, z]) => columns.get(`${x},${z}`).dump().toString('base64'))
const terrain = generate('terrain', places)
const village = generate('village', places)
const backwards = generate('village', [...places].reverse())
const land = landscape(seed)
const blocks = built(village, ['_door', 'farmland', '_path', '_stairs', '_fence', 'torch'])

console.log(JSON.stringify({
  same: JSON.stringify(dumps(village)) === JSON.stringify(dumps(backwards)),
  natural: Object.values(built(terrain, ['_door', 'farmland', '_path', '_stairs', '_fence', 'torch'])).flat().length,
  blocks,
  tops: blocks._path.map(([x, , z]) => land.column(x, z).top)
}))

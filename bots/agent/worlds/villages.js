'use strict'

/**
 * Where villages stand: at most one in each region, on dry and fairly even land, around a well, along two streets.
 *
 * A village lies within its region and depends on the seed and the region alone, so that chunks may be made in any order.
 */

const { generator, hash } = require('../random')
const { SEA } = require('./landscape')
const { STYLES, house, farm, well, lamp, turned } = require('./buildings')

const REGION = 96 // blocks; whole chunks
const MARGIN = 34 // from a village's well to its region's edge
const TRIES = 12 // places that are looked at in a region
const EVEN = { reach: 14, range: 7 } // the ground within that many blocks of the well differs by that many at most
const STREET = 20 // blocks from the well
const PLOTS = [-16, -7, 7, 16] // along a street
const FRONT = 3 // blocks from the street's middle to a building's front
const STEEP = 3 // blocks that the ground of a plot may differ by
const LAMPS = [-11, 11]
const SHADE = 3 // blocks around a plot in which no tree grows

/** `land`: a landscape. */
function villages (seed, land) {
  const known = new Map()

  function regionOf (chunkX, chunkZ) {
    const [x, z] = [chunkX * 16, chunkZ * 16].map(at => Math.floor(at / REGION))
    const key = `${x},${z}`
    if (!known.has(key)) known.set(key, plan(x, z))
    return known.get(key)
  }

  function plan (regionX, regionZ) {
    const random = generator(hash(seed, regionX, regionZ, 2))
    const between = at => at * REGION + MARGIN + Math.floor(random() * (REGION - 2 * MARGIN))
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const [x, z] = [between(regionX), between(regionZ)]
      const style = STYLES[land.column(x, z).name]
      if (style && even(x, z)) return village(x, z, style, random)
    }
    return { chunks: new Map(), covered: new Set() }
  }

  function even (x, z) {
    const tops = [-1, 0, 1].flatMap(dx => [-1, 0, 1].map(dz => land.column(x + dx * EVEN.reach, z + dz * EVEN.reach).top))
    return Math.min(...tops) > SEA && Math.max(...tops) - Math.min(...tops) <= EVEN.range
  }

  function village (x, z, style, random) {
    const made = { chunks: new Map(), covered: new Set() }
    const build = (blocks, at, y) => blocks.forEach(([dx, dy, dz, ...block]) => lay(made, at.x + dx, y + dy, at.z + dz, block))
    for (let turn = 0; turn < 2; turn++) street(made, x, z, turn, style)
    for (const [along, side] of PLOTS.flatMap(at => [[at, 1], [at, -1]])) {
      const { blocks, half, depth } = building(style, random)
      const front = { x: x + along, z: z + side * FRONT }
      const y = level(front, side, half, depth)
      if (y === null || random() < 0.15) continue
      build(turned(blocks, side > 0 ? 0 : 2), front, y)
      cover(made, front, side, half, depth)
    }
    for (const at of LAMPS) build(lamp(style), { x: x + at, z: z + 2 }, land.column(x + at, z + 2).top)
    build(well(style), { x, z: z - 1 }, land.column(x, z).top)
    return made
  }

  /** A street of three blocks along x (turn 0) or z, at the height of the ground. */
  function street (made, x, z, turn, { path }) {
    for (let along = -STREET; along <= STREET; along++) {
      for (let aside = -1; aside <= 1; aside++) {
        const at = turn === 0 ? { x: x + along, z: z + aside } : { x: x + aside, z: z + along }
        const { top } = land.column(at.x, at.z)
        if (top <= SEA) continue
        lay(made, at.x, top, at.z, [path])
        made.covered.add(`${at.x},${at.z}`)
      }
    }
  }

  function building (style, random) {
    const kind = random()
    if (kind < 0.25) return { blocks: farm(style, 3, 8, random), half: 3, depth: 8 }
    const [half, depth] = kind < 0.65 ? [2, 5] : [3, 7]
    return { blocks: house(style, half, depth), half, depth }
  }

  /** The height of a plot's floor, or null where the ground is too steep or wet. */
  function level (front, side, half, depth) {
    const tops = [-half, 0, half].flatMap(dx => [0, depth - 1].map(dz => land.column(front.x + dx, front.z + side * dz).top))
    tops.sort((a, b) => a - b)
    return tops[0] > SEA && tops.at(-1) - tops[0] <= STEEP ? tops[2] : null
  }

  function cover (made, front, side, half, depth) {
    for (let dx = -half - SHADE; dx <= half + SHADE; dx++) {
      for (let dz = -SHADE; dz < depth + SHADE; dz++) made.covered.add(`${front.x + dx},${front.z + side * dz}`)
    }
  }

  return {
    /** The blocks of a chunk that villages change: [x, y, z, name, properties] of the world, later ones over earlier ones. */
    blocksOf: (chunkX, chunkZ) => regionOf(chunkX, chunkZ).chunks.get(`${chunkX},${chunkZ}`) ?? [],
    /** Whether nothing may grow on a column. */
    covers: (x, z) => regionOf(x >> 4, z >> 4).covered.has(`${x},${z}`)
  }
}

function lay ({ chunks }, x, y, z, block) {
  const key = `${x >> 4},${z >> 4}`
  if (!chunks.has(key)) chunks.set(key, [])
  chunks.get(key).push([x, y, z, ...block])
}

module.exports = villages

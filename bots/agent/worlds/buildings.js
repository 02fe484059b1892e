'use strict'

/**
 * What villages are built of: each building is a list of [x, y, z, block name, properties], with x across the front, z
 * from the front to the back, and y from the floor, which takes the place of the ground's top block.
 *
 * Directions are those of a building whose front looks north; `turned` turns it.
 */

const WALLS = 3 // blocks high
const FOOTING = 3 // blocks of foundation below the floor
const HEADROOM = 9 // blocks that are cleared above the floor
const SIDES = ['north', 'east', 'south', 'west']
const CROPS = { wheat: 7, carrots: 7, potatoes: 7, beetroots: 3 } // name and oldest age

// Kinds of wood and stone by biome; nobody lives in the others.
const OAK = { wood: 'oak', stone: 'cobblestone', path: 'dirt_path' }
const SPRUCE = { ...OAK, wood: 'spruce' }
const STYLES = {
  plains: OAK,
  forest: OAK,
  birch_forest: { ...OAK, wood: 'birch' },
  savanna: { ...OAK, wood: 'acacia' },
  taiga: SPRUCE,
  snowy_taiga: SPRUCE,
  snowy_plains: SPRUCE,
  desert: { wood: 'jungle', stone: 'sandstone', path: 'smooth_sandstone' }
}

/** A house `2 * half + 1` wide: door, windows, gabled roof, and a little furniture. */
function house ({ wood, stone, path }, half, depth) {
  const planks = `${wood}_planks`
  const back = depth - 1
  const blocks = [...base(half, depth, stone, planks), [0, 0, -1, path]]
  for (let x = -half; x <= half; x++) {
    for (let z = 0; z < depth; z++) {
      const side = Math.abs(x) === half
      const end = z === 0 || z === back
      for (let y = 1; y <= WALLS && (side || end); y++) {
        blocks.push(side && end ? [x, y, z, `${wood}_log`, { axis: 'y' }] : [x, y, z, planks])
      }
    }
  }
  const across = { east: true, west: true }
  const along = { north: true, south: true }
  const middle = depth >> 1
  blocks.push([-half, 2, middle, 'glass_pane', along], [half, 2, middle, 'glass_pane', along], [0, 2, back, 'glass_pane', across])
  for (const [up, part] of [[1, 'lower'], [2, 'upper']]) blocks.push([0, up, 0, `${wood}_door`, { half: part, facing: 'south' }])
  blocks.push([1, 2, -1, 'wall_torch', { facing: 'north' }], [-half + 1, 3, middle, 'wall_torch', { facing: 'east' }])
  blocks.push([half - 1, 1, back - 1, 'crafting_table'], [-half + 1, 1, back - 1, 'furnace', { facing: 'east' }])
  return blocks.concat(roof(wood, half, depth))
}

/** A gabled roof with eaves, its ridge from front to back. */
function roof (wood, half, depth) {
  const blocks = []
  for (let rise = 0; rise <= half; rise++) {
    const x = half + 1 - rise
    for (let z = -1; z <= depth; z++) {
      for (const [sign, facing] of [[-1, 'east'], [1, 'west']]) blocks.push([sign * x, WALLS + rise, z, `${wood}_stairs`, { facing, half: 'bottom' }])
    }
    for (const z of [0, depth - 1]) for (let gable = 1 - x; gable < x && rise > 0; gable++) blocks.push([gable, WALLS + rise, z, `${wood}_planks`])
  }
  for (let z = -1; z <= depth; z++) blocks.push([0, WALLS + half, z, `${wood}_planks`], [0, WALLS + half + 1, z, `${wood}_slab`, { type: 'bottom' }])
  return blocks
}

/** A field of one crop around a ditch, framed in logs. */
function farm ({ wood, stone }, half, depth, random) {
  const crop = Object.keys(CROPS)[Math.floor(random() * 4)]
  const blocks = base(half, depth, stone, 'dirt')
  for (let x = -half; x <= half; x++) {
    for (let z = 0; z < depth; z++) {
      const side = Math.abs(x) === half
      const end = z === 0 || z === depth - 1
      if (side || end) blocks.push([x, 0, z, `${wood}_log`, { axis: side ? 'z' : 'x' }])
      else if (x === 0) blocks.push([x, 0, z, 'water', { level: 0 }])
      else blocks.push([x, 0, z, 'farmland', { moisture: 7 }], [x, 1, z, crop, { age: Math.floor(random() * (CROPS[crop] + 1)) }])
    }
  }
  return blocks
}

/** A roofed well. */
function well ({ wood, stone }) {
  const blocks = base(1, 3, stone, stone)
  for (let x = -1; x <= 1; x++) {
    for (let z = 0; z < 3; z++) {
      const centre = x === 0 && z === 1
      blocks.push(centre ? [x, 0, z, 'water', { level: 0 }] : [x, 1, z, stone])
      for (const up of [2, 3]) if (x !== 0 && z !== 1) blocks.push([x, up, z, `${wood}_fence`])
      blocks.push([x, 4, z, `${wood}_slab`, { type: 'bottom' }])
    }
  }
  return blocks
}

/** A torch on a post. */
function lamp ({ wood }) {
  return [[0, 1, 0, `${wood}_fence`], [0, 2, 0, `${wood}_fence`], [0, 3, 0, 'torch']]
}

/** Foundation and floor, with room above and around. */
function base (half, depth, stone, floor) {
  const blocks = []
  for (let x = -half - 1; x <= half + 1; x++) {
    for (let z = -1; z <= depth; z++) {
      for (let y = 1; y <= HEADROOM; y++) blocks.push([x, y, z, 'air'])
      if (Math.abs(x) > half || z < 0 || z === depth) continue
      for (let y = 1; y <= FOOTING; y++) blocks.push([x, -y, z, stone])
      blocks.push([x, 0, z, floor])
    }
  }
  return blocks
}

/** The same blocks after so many quarter turns to the right, seen from above. */
function turned (blocks, turns) {
  return blocks.map(([x, y, z, name, properties]) => {
    for (let turn = 0; turn < turns; turn++) [x, z] = [-z, x]
    return [x, y, z, name, properties && turnedProperties(properties, turns)]
  })
}

function turnedProperties ({ facing, axis, ...rest }, turns) {
  const turn = side => SIDES[(SIDES.indexOf(side) + turns) & 3]
  const result = {}
  for (const [key, value] of Object.entries(rest)) result[SIDES.includes(key) ? turn(key) : key] = value
  if (facing) result.facing = turn(facing)
  if (axis) result.axis = turns % 2 === 0 || axis === 'y' ? axis : axis === 'x' ? 'z' : 'x'
  return result
}

module.exports = { STYLES, house, farm, well, lamp, turned }

'use strict'

/**
 * What grows: each kind is a list of [dx, dy, dz, block name, properties], from the cell above the ground. `random`
 * gives numbers in [0, 1).
 */

const WIDE = 2 // blocks to a side that the widest tree reaches

function broad (log, leaves, least, spread) {
  return random => {
    const height = least + Math.floor(random() * spread)
    const blocks = []
    for (let dy = height - 3; dy <= height; dy++) {
      const radius = dy > height - 2 ? 1 : 2
      for (let dx = -radius; dx <= radius; dx++) {
        for (let dz = -radius; dz <= radius; dz++) {
          const corner = Math.abs(dx) === radius && Math.abs(dz) === radius
          if (corner && (dy === height || random() < 0.5)) continue
          blocks.push([dx, dy, dz, leaves])
        }
      }
    }
    for (let dy = 0; dy < height; dy++) blocks.push([0, dy, 0, log, { axis: 'y' }])
    return blocks
  }
}

function conifer (log, leaves) {
  return random => {
    const height = 6 + Math.floor(random() * 4)
    const blocks = [[0, height, 0, leaves]]
    for (let dy = 2; dy < height; dy++) {
      const radius = dy === height - 1 ? 1 : (height - dy) % 2 === 0 ? 2 : 1
      for (let dx = -radius; dx <= radius; dx++) {
        for (let dz = -radius; dz <= radius; dz++) {
          if (Math.abs(dx) + Math.abs(dz) <= radius + (radius > 1 ? 1 : 0)) blocks.push([dx, dy, dz, leaves])
        }
      }
    }
    for (let dy = 0; dy < height; dy++) blocks.push([0, dy, 0, log, { axis: 'y' }])
    return blocks
  }
}

function cactus (random) {
  const height = 1 + Math.floor(random() * 3)
  return Array.from({ length: height }, (_, dy) => [0, dy, 0, 'cactus'])
}

const TREES = {
  oak: broad('oak_log', 'oak_leaves', 6, 3),
  birch: broad('birch_log', 'birch_leaves', 7, 2),
  acacia: broad('acacia_log', 'acacia_leaves', 6, 2),
  spruce: conifer('spruce_log', 'spruce_leaves'),
  cactus
}

/** A plant of one block, or of two for tall grass. */
function plant (kind) {
  if (kind !== 'tall_grass') return [[0, 0, 0, kind]]
  return [[0, 0, 0, kind, { half: 'lower' }], [0, 1, 0, kind, { half: 'upper' }]]
}

module.exports = { TREES, WIDE, plant }

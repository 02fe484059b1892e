'use strict'

/**
 * Biomes by climate: what the ground is made of and what grows on it. Chances are per column of blocks.
 *
 * `trees` and `plants` are pairs of chance and kind; kinds are those of `plants.js`.
 */

const GRASS = { surface: 'grass_block', filling: 'dirt', depth: 3 }
const SAND = { surface: 'sand', filling: 'sand', below: 'sandstone', depth: 4 }
const SNOW = { surface: 'snow_block', filling: 'dirt', depth: 3 }

const FLOWERS = [[0.01, 'dandelion'], [0.008, 'poppy'], [0.004, 'cornflower'], [0.004, 'oxeye_daisy'], [0.003, 'azure_bluet']]

const BIOMES = {
  plains: { ...GRASS, trees: [[0.0012, 'oak']], plants: [[0.16, 'grass'], [0.02, 'tall_grass'], ...FLOWERS] },
  forest: { ...GRASS, trees: [[0.022, 'oak'], [0.006, 'birch']], plants: [[0.08, 'grass'], [0.02, 'fern'], ...FLOWERS] },
  birch_forest: { ...GRASS, trees: [[0.024, 'birch'], [0.002, 'oak']], plants: [[0.08, 'grass'], [0.01, 'lily_of_the_valley'], ...FLOWERS] },
  savanna: { ...GRASS, trees: [[0.002, 'acacia']], plants: [[0.25, 'grass'], [0.05, 'tall_grass']] },
  taiga: { ...GRASS, trees: [[0.02, 'spruce']], plants: [[0.1, 'fern'], [0.05, 'grass'], [0.002, 'sweet_berry_bush']] },
  snowy_taiga: { ...SNOW, trees: [[0.014, 'spruce']], plants: [] },
  snowy_plains: { ...SNOW, trees: [[0.0008, 'spruce']], plants: [] },
  desert: { ...SAND, trees: [[0.003, 'cactus']], plants: [[0.01, 'dead_bush']] },
  windswept_hills: { ...GRASS, rocky: true, trees: [[0.003, 'spruce'], [0.002, 'oak']], plants: [[0.06, 'grass']] },
  beach: { ...SAND, trees: [], plants: [] },
  river: { ...SAND, surface: 'gravel', filling: 'gravel', below: 'dirt', trees: [], plants: [] }
}

/** The biome of dry land; temperature, humidity and ruggedness are in -1 … 1. */
function biomeFor (temperature, humidity, ruggedness) {
  if (temperature < -0.42) return humidity > 0.05 ? 'snowy_taiga' : 'snowy_plains'
  if (ruggedness > 0.45) return 'windswept_hills'
  if (temperature < -0.15 && humidity > -0.1) return 'taiga'
  if (temperature > 0.42) return humidity < 0.1 ? 'desert' : 'savanna'
  if (humidity > 0.25) return 'birch_forest'
  return humidity > -0.05 ? 'forest' : 'plains'
}

module.exports = { BIOMES, biomeFor }

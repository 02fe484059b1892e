'use strict'

/** Rolling grassland with sandy shores and lakes, from layered simplex noise. Sea level is 62, as in Minecraft. */

const { createNoise2D } = require('simplex-noise')
const { generator } = require('../random')

const MIN_Y = -64
const SEA = 62
const OCTAVES = [ // [blocks per wave, blocks of height]
  [180, 14],
  [60, 5],
  [20, 1.5]
]

module.exports = ({ registry, seed }) => {
  const Chunk = require('prismarine-chunk')(registry)
  const state = name => registry.blocksByName[name].defaultState
  const [bedrock, stone, dirt, grass, sand, water] =
    ['bedrock', 'stone', 'dirt', 'grass_block', 'sand', 'water'].map(state)
  const plains = registry.biomesByName.plains.id
  const noises = OCTAVES.map((_, octave) => createNoise2D(generator(seed * 16 + octave)))

  function surface (x, z) {
    const rise = OCTAVES.reduce((sum, [wave, height], octave) => sum + noises[octave](x / wave, z / wave) * height, 0)
    return Math.floor(SEA + 5 + rise)
  }

  function block (y, top) {
    if (y === MIN_Y) return bedrock
    if (y < top - 3) return stone
    const shore = top <= SEA + 1
    if (y < top) return shore ? sand : dirt
    if (y === top) return shore ? sand : grass
    return water
  }

  return (chunkX, chunkZ) => {
    const column = new Chunk()
    const at = { x: 0, y: 0, z: 0 }
    for (at.x = 0; at.x < 16; at.x++) {
      for (at.z = 0; at.z < 16; at.z++) {
        const top = surface(chunkX * 16 + at.x, chunkZ * 16 + at.z)
        for (at.y = MIN_Y; at.y <= Math.max(top, SEA); at.y++) column.setBlockStateId(at, block(at.y, top))
      }
    }
    for (at.y = MIN_Y; at.y < MIN_Y + column.worldHeight; at.y += 4) {
      for (at.x = 0; at.x < 16; at.x += 4) for (at.z = 0; at.z < 16; at.z += 4) column.setBiome(at, plains)
    }
    return column
  }
}

'use strict'

/**
 * A flat world, in the layers of Minecraft's default preset made 128 blocks deep as in Solaris: bedrock, 124 stone,
 * 2 of filling, 1 surface. Players stand at y = 64.
 */

const MIN_Y = -64
const SURFACES = {
  grass: { surface: 'grass_block', filling: 'dirt', biome: 'plains' },
  hills: { surface: 'grass_block', filling: 'dirt', biome: 'windswept_hills' },
  snow: { surface: 'snow_block', filling: 'dirt', biome: 'snowy_plains' },
  sand: { surface: 'sand', filling: 'sandstone', biome: 'desert' },
  red_sand: { surface: 'red_sand', filling: 'red_sandstone', biome: 'desert' }
}

module.exports = ({ registry, surface = 'grass' }) => {
  const Chunk = require('prismarine-chunk')(registry)
  const { surface: top, filling, biome } = SURFACES[surface]
  const state = name => registry.blocksByName[name].defaultState
  const layers = [state('bedrock'), ...Array(124).fill(state('stone')), state(filling), state(filling), state(top)]
  const biomeId = registry.biomesByName[biome].id

  function template () {
    const column = new Chunk()
    const at = { x: 0, y: 0, z: 0 }
    for (at.x = 0; at.x < 16; at.x++) {
      for (at.z = 0; at.z < 16; at.z++) {
        layers.forEach((layer, depth) => {
          at.y = MIN_Y + depth
          column.setBlockStateId(at, layer)
        })
        for (at.y = MIN_Y; at.y < MIN_Y + column.worldHeight; at.y += 4) column.setBiome(at, biomeId)
      }
    }
    return column.dump()
  }

  const dumped = template()
  return () => {
    const column = new Chunk()
    column.load(dumped)
    return column
  }
}

module.exports.SURFACES = SURFACES

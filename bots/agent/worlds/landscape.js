'use strict'

/** The shape of the land: height and biome of every column, caves below. All from seeded simplex noise. */

const { createNoise2D, createNoise3D } = require('simplex-noise')
const { generator } = require('../random')
const { BIOMES, biomeFor } = require('./biomes')

const SEA = 62 // as in Minecraft: the highest water
const LAND = 9 // blocks above the sea, on the whole
const CONTINENT = { wave: 420, height: 15 }
const HILL = { wave: 95, flat: 3, rugged: 26 }
const DETAIL = { wave: 24, height: 1.6 }
const RUGGED_WAVE = 330
const CLIMATE_WAVE = 380
const RIVER = { wave: 260, width: 0.05, depth: 4 }
const CAVE = { wave: 44, flatness: 1.7, width: 0.075 }
const GRID = 4 // blocks between the samples that caves are drawn from

/** `climate: 'mild'` leaves out deserts, snow and mountains. */
function landscape (seed, climate) {
  let salt = seed * 64
  const flat = () => createNoise2D(generator(salt++))
  const [continent, hill, detail, rugged, temperature, humidity, river] = [flat(), flat(), flat(), flat(), flat(), flat(), flat()]
  const caves = [createNoise3D(generator(salt++)), createNoise3D(generator(salt++))]
  const mild = climate === 'mild' ? 0.35 : 1

  function ruggedness (x, z) {
    return rugged(x / RUGGED_WAVE, z / RUGGED_WAVE) * mild
  }

  function height (x, z) {
    const share = Math.max(0, ruggedness(x, z))
    const rise = HILL.flat + (HILL.rugged - HILL.flat) * share * share
    const land = SEA + LAND + continent(x / CONTINENT.wave, z / CONTINENT.wave) * CONTINENT.height +
      hill(x / HILL.wave, z / HILL.wave) * rise + detail(x / DETAIL.wave, z / DETAIL.wave) * DETAIL.height
    const off = Math.abs(river(x / RIVER.wave, z / RIVER.wave)) / RIVER.width
    if (off > 3 || land < SEA - RIVER.depth) return Math.floor(land)
    const bed = SEA - RIVER.depth
    const bank = Math.min(1, Math.max(0, (off - 0.4) / 2.6))
    return Math.floor(bed + (land - bed) * bank * bank * (3 - 2 * bank))
  }

  function biome (x, z, top) {
    if (top < SEA) return 'river'
    const warmth = temperature(x / CLIMATE_WAVE, z / CLIMATE_WAVE) * mild
    if (top <= SEA + 1 && warmth > -0.42) return 'beach'
    return biomeFor(warmth, humidity(x / CLIMATE_WAVE, z / CLIMATE_WAVE), ruggedness(x, z))
  }

  /** `{ top, name, biome }` of a column. */
  function column (x, z) {
    const top = height(x, z)
    const name = biome(x, z, top)
    return { top, name, biome: BIOMES[name] }
  }

  function hollow (x, y, z) {
    const at = [x / CAVE.wave, y * CAVE.flatness / CAVE.wave, z / CAVE.wave]
    return Math.max(Math.abs(caves[0](...at)), Math.abs(caves[1](...at))) - CAVE.width
  }

  /**
   * Whether the block at offsets within the chunk is cave: a function of (x, y, z) with x, z in 0 … 15 and y below
   * `ceiling`. Noise is taken on a coarse grid and interpolated.
   */
  function caveMap (chunkX, chunkZ, ceiling) {
    const layers = Math.ceil(ceiling / GRID) + 2
    const side = 16 / GRID + 1
    const samples = new Float32Array(side * side * layers)
    for (let i = 0, layer = 0; layer < layers; layer++) {
      for (let gz = 0; gz < side; gz++) {
        for (let gx = 0; gx < side; gx++) samples[i++] = hollow(chunkX * 16 + gx * GRID, layer * GRID, chunkZ * 16 + gz * GRID)
      }
    }
    const at = (gx, gy, gz) => samples[(gy * side + gz) * side + gx]
    return (x, y, z) => interpolate(at, x / GRID, y / GRID, z / GRID) < 0
  }

  return { column, caveMap }
}

function interpolate (at, x, y, z) {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)]
  const [fx, fy, fz] = [x - ix, y - iy, z - iz]
  const along = (gy, gz) => at(ix, gy, gz) * (1 - fx) + at(ix + 1, gy, gz) * fx
  const layer = gy => along(gy, iz) * (1 - fz) + along(gy, iz + 1) * fz
  return layer(iy) * (1 - fy) + layer(iy + 1) * fy
}

module.exports = { landscape, SEA }

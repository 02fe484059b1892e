'use strict'

/** Where the ground is. */

/** `[y, name]` of the highest block that is not air at x, z (of the world) in a loaded column. */
function surface (column, registry, x, z) {
  const at = { x: x & 15, y: 0, z: z & 15 }
  for (let section = column.numSections - 1; section >= 0; section--) {
    if (column.sections[section].data.value === 0) continue
    for (at.y = column.minY + section * 16 + 15; at.y >= column.minY + section * 16; at.y--) {
      const state = column.getBlockStateId(at)
      if (state !== 0) return [at.y, registry.blocksByStateId[state].name]
    }
  }
  return [column.minY - 1, 'air']
}

module.exports.server = serv => {
  /** The `surface` of a column of the world. The chunk must be loaded. */
  serv.surfaceAt = (x, z) => surface(serv.overworld.getLoadedColumn(x >> 4, z >> 4), serv.registry, x, z)
}

module.exports.surface = surface

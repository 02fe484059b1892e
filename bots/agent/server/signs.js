'use strict'

/** What is written on signs. Stock's are blank. */

const nbt = require('prismarine-nbt')

const ID = 'minecraft:sign'
const KIND = 7 // among the kinds of block entities
const LINES = 4

module.exports.server = serv => {
  /** Writes on the sign at `position` (Vec3): lines of text, a dye's name, and whether they glow. */
  serv.writeSign = ({ x, y, z }, { lines, colour = 'black', glowing = false }) => {
    const texts = Array.from({ length: LINES }, (_, line) => [`Text${line + 1}`, nbt.string(JSON.stringify({ text: lines[line] ?? '' }))])
    const tag = nbt.comp({
      id: nbt.string(ID),
      x: nbt.int(x),
      y: nbt.int(y),
      z: nbt.int(z),
      Color: nbt.string(colour),
      GlowingText: nbt.byte(Number(glowing)),
      ...Object.fromEntries(texts)
    })
    serv.overworld.getLoadedColumn(x >> 4, z >> 4).setBlockEntity({ x: x & 15, y, z: z & 15 }, tag)
    serv._writeArray('tile_entity_data', { location: { x, y, z }, action: KIND, nbtData: tag }, serv.players)
  }
}

/** The signs of a column, as chunks tell of them. */
module.exports.signsOf = column => Object.entries(column.blockEntities)
  .filter(([, tag]) => tag.value.id?.value === ID)
  .map(([key, nbtData]) => {
    const [x, y, z] = key.split(',').map(Number)
    return { x, y, z, type: KIND, nbtData }
  })

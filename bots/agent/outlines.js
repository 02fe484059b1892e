'use strict'

/**
 * The boxes by which a block is pointed at, `[x0, y0, z0, x1, y1, z1]` within its cell: those that stop a body or, for
 * what stops none and yet is clicked on, those of the game. Grass and flowers have none here: one looks through them.
 */

const RAIL = [[0, 0, 0, 1, 0.125, 1]]
const FLAT = [[0, 0, 0, 1, 0.0625, 1]]
const SWITCHES = { // depth, half width, half height of what hangs on a block
  lever: [0.375, 0.1875, 0.25],
  button: [0.125, 0.1875, 0.125]
}
const KINDS = [
  [/_pressure_plate$/, () => FLAT],
  [/^redstone_wire$/, () => FLAT],
  [/rail$/, () => RAIL],
  [/^(wheat|beetroots)$/, block => crop(2 * (block.getProperties().age + 1))],
  [/^(carrots|potatoes)$/, block => crop(block.getProperties().age + 2)],
  [/^lever$/, block => hung(block, SWITCHES.lever)],
  [/_button$/, block => hung(block, SWITCHES.button)]
]

function outline (block) {
  if (block.shapes.length > 0) return block.shapes
  const kind = KINDS.find(([name]) => name.test(block.name))
  return kind ? kind[1](block) : []
}

/** A crop so many sixteenths of a block high. */
function crop (height) {
  return [[0, 0, 0, 1, height / 16, 1]]
}

/** The box of something that hangs on a wall, a floor or a ceiling. */
function hung (block, [depth, width, height]) {
  const { face, facing } = block.getProperties()
  const across = facing === 'west' || facing === 'east'
  if (face === 'floor' || face === 'ceiling') {
    const [x, z] = across ? [height, width] : [width, height]
    const [bottom, top] = face === 'floor' ? [0, depth] : [1 - depth, 1]
    return [[0.5 - x, bottom, 0.5 - z, 0.5 + x, top, 0.5 + z]]
  }
  const [near, far] = facing === 'north' || facing === 'west' ? [1 - depth, 1] : [0, depth]
  const [low, high] = [0.5 - height, 0.5 + height]
  return [across ? [near, low, 0.5 - width, far, high, 0.5 + width] : [0.5 - width, low, near, 0.5 + width, high, far]]
}

module.exports = { outline }

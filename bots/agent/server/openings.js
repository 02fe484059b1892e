'use strict'

/** Doors, trapdoors and gates: opened by hand, or by power (see `redstone.js`); those of iron by power only. */

const OPENS = /_(door|trapdoor|fence_gate)$/
const DOOR = /_door$/

module.exports.server = serv => {
  /** Opens or closes, both halves of a door; `powered` stays unless it is given. */
  serv.setOpen = (block, open, powered) => {
    const properties = powered === undefined ? { open } : { open, powered }
    serv.setProperties(block, properties)
    const other = otherHalf(serv, block)
    if (other) serv.setProperties(other, properties)
  }

  serv.onUseBlock(OPENS, (player, block) => {
    if (/^iron_/.test(block.name)) return false
    serv.setOpen(block, !block.getProperties().open)
    return true
  })

  serv.onPower(OPENS, (block, power) => {
    const powered = power > 0 || halfPowered(serv, block)
    if (block.getProperties().powered !== powered) serv.setOpen(block, powered, powered)
  })

  // Half a door falls with the other.
  serv.onChange(position => {
    for (const [up, half] of [[1, 'upper'], [-1, 'lower']]) {
      const block = serv.blockAt(position.offset(0, up, 0))
      const stands = DOOR.test(serv.blockAt(position).name)
      if (DOOR.test(block.name) && block.getProperties().half === half && !stands) serv.setBlock(serv.overworld, block.position, 0)
    }
  })
}

function otherHalf (serv, block) {
  if (!DOOR.test(block.name)) return null
  const up = block.getProperties().half === 'lower' ? 1 : -1
  const other = serv.blockAt(block.position.offset(0, up, 0))
  return other.name === block.name ? other : null
}

function halfPowered (serv, block) {
  const other = otherHalf(serv, block)
  return other !== null && serv.powerAt(other.position) > 0
}

'use strict'

/** Levers, buttons and pressure plates: what turns power on and off. */

const BUTTON_TICKS = { stone: 20, polished_blackstone: 20, wooden: 30 }
const PLATE_TICKS = 20 // until a plate that nobody stands on comes up

module.exports.server = serv => {
  serv.on('tick', () => serv.players.forEach(player => stepOn(serv, player)))

  serv.onUseBlock(/^lever$/, (player, block) => {
    serv.setProperties(block, { powered: !block.getProperties().powered })
    return true
  })

  serv.onUseBlock(/_button$/, (player, block) => {
    if (block.getProperties().powered) return true
    serv.setProperties(block, { powered: true })
    serv.later(BUTTON_TICKS[block.name.replace('_button', '')] ?? BUTTON_TICKS.wooden, () => release(serv, block))
    return true
  })
}

function release (serv, { name, position }) {
  const block = serv.blockAt(position)
  if (block.name === name) serv.setProperties(block, { powered: false })
}

function stepOn (serv, player) {
  const block = serv.blockAt(player.position.floored())
  if (!block || !/_pressure_plate$/.test(block.name) || block.getProperties().powered !== false) return
  serv.setProperties(block, { powered: true })
  comeUp(serv, block)
}

/** Lets a plate up when nobody has stood on it for a while. */
function comeUp (serv, block) {
  serv.later(PLATE_TICKS, () => {
    if (serv.occupied(block.position)) comeUp(serv, block)
    else release(serv, block)
  })
}

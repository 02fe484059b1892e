'use strict'

/**
 * Changes of blocks: done at once, told to everybody, and a tick later to what depends on its neighbours.
 *
 * A block does something by itself when a plugin listens with `serv.onChange`. Stock sets blocks after a turn of the
 * event loop, so that who looks at once sees the old one.
 */

module.exports.define = serv => {
  const listeners = []
  let changed = []

  serv.setBlock = (world, position, stateId) => {
    world.getLoadedColumnAt(position).encoded = undefined
    world.sync.setBlockStateId(position, stateId)
    serv.players.forEach(player => player.sendBlock(position, stateId))
    changed.push(position)
  }

  /** `listener(position)` is called in the tick after the block there has changed. */
  serv.onChange = listener => listeners.push(listener)

  serv.blockAt = position => serv.overworld.sync.getBlock(position)

  /** Sets some properties of the block that is there, keeping its others. */
  serv.setProperties = (block, properties) => {
    const all = { ...block.getProperties(), ...properties }
    serv.setBlock(serv.overworld, block.position, serv.stateOf(block.name, all))
  }

  serv.on('tick', () => {
    const now = changed
    changed = []
    for (const position of now) for (const listener of listeners) listener(position)
  })
}

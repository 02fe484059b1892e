'use strict'

/** Block states by name and properties. */

const prismarineBlock = require('prismarine-block')

module.exports.define = serv => {
  const Block = prismarineBlock(serv.registry)

  /** The properties of a state by name. */
  serv.propertiesOf = stateId => Block.fromStateId(stateId, 0).getProperties()

  /** The id of the block's default state with those of `properties` that the block has and that have such a value. */
  serv.stateOf = (name, properties = {}) => {
    const block = serv.registry.blocksByName[name]
    if (!block) throw new Error(`no block is called ${name}`)
    let rest = block.defaultState - block.minStateId
    let offset = 0
    let scale = 1
    for (const state of [...(block.states ?? [])].reverse()) {
      const wanted = index(state, properties[state.name])
      offset += scale * (wanted >= 0 ? wanted : rest % state.num_values)
      rest = Math.floor(rest / state.num_values)
      scale *= state.num_values
    }
    return block.minStateId + offset
  }
}

function index (state, value) {
  if (value === undefined) return -1
  if (state.values) return state.values.indexOf(String(value))
  return state.type === 'int' ? Number(value) : ['true', 'false'].indexOf(String(value))
}

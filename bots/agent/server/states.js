'use strict'

/** Block states by name and properties. */
module.exports.server = serv => {
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
  const values = state.values ?? ['true', 'false']
  return values.indexOf(String(value))
}

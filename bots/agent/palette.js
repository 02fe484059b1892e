'use strict'

/** The blocks of a version: `[[name, first state id, last state id, solid (0 or 1), default state id]]`, by state id. */
function palette (registry) {
  return registry.blocksArray.map(({ name, minStateId, maxStateId, boundingBox, defaultState }) =>
    [name, minStateId, maxStateId, boundingBox === 'block' ? 1 : 0, defaultState])
}

module.exports = { palette }

'use strict'

/** The natural land of `terrain.js` with villages. */

module.exports = options => require('./terrain')({ ...options, settle: require('./villages') })

'use strict'

/** Gentle land of plains and forests with rivers and lakes. */

module.exports = options => require('./terrain')({ ...options, climate: 'mild' })

'use strict'

/** A seeded generator of numbers in [0, 1) (mulberry32): small state, good enough for play, same on every machine. */
function generator (seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A 32-bit hash of integers, for randomness that belongs to a place rather than to a moment. */
function hash (...values) {
  let h = 0x811C9DC5
  for (const value of values) {
    h = Math.imul(h ^ (value | 0), 0x01000193)
    h ^= h >>> 15
    h = Math.imul(h, 0x85EBCA6B)
    h ^= h >>> 13
  }
  return h >>> 0
}

module.exports = { generator, hash }

'use strict'

const FakeTimers = require('@sinonjs/fake-timers')
const { generator } = require('./random')

const EPOCH = 1700000000000 // virtual time at which every stage opens, ms
const TICK = 50 // ms of game time

// The real ones: fake timers must not stop the process from breathing.
const realImmediate = setImmediate
const realTimeout = setTimeout
const realDate = Date.now
const { now } = performance
const realNow = now.bind(performance)

let clock = null

/** Puts timers, dates and Math.random of the whole process on virtual time. Call before loading server or players. */
function install () {
  clock = FakeTimers.install({
    now: EPOCH,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance']
  })
  seed(0)
}

/** Back to the epoch, with no timer left. */
function reset () {
  clock.reset()
}

/** Sets the virtual date to the real one, for servers that compare it with theirs. Returns it, in ms. */
function follow () {
  const date = realDate()
  clock.setSystemTime(date)
  return date
}

/** Starts the random numbers of all code in this process anew. */
function seed (number) {
  Math.random = generator(number)
}

/** Lets `ms` of game time pass: runs every timer that falls due. */
function advance (ms = TICK) {
  clock.tick(ms)
}

/** One real turn of the event loop: promises that can settle without game time have settled when it returns. */
function turn () {
  return new Promise(resolve => realImmediate(resolve))
}

/** Lets real time pass until `moment` of `realNow`: asleep, but for the last stretch, since sleepers wake late. */
async function until (moment) {
  const left = moment - realNow()
  if (left > 2) await new Promise(resolve => realTimeout(resolve, left - 1.5))
  do await turn(); while (realNow() < moment)
}

module.exports = { EPOCH, TICK, install, reset, follow, seed, advance, turn, realNow, until }

'use strict'

/**
 * Kills this process when nobody waits for it any more: its parent is gone, or its main thread is stuck.
 *
 * Runs in a thread of its own, because a stuck main thread runs no timers. Time without a sign of life is counted in
 * this process's use of the processor: on a crowded machine a healthy thread may have to wait for its turn for seconds.
 */

const fs = require('fs')
const { Worker, isMainThread, workerData } = require('worker_threads')

const CHECK = 500 // ms
const STDERR = 2

const pulse = isMainThread ? new Int32Array(new SharedArrayBuffer(4)) : workerData.pulse

/** Starts the thread. The main thread counts as stuck when it gave no sign of life in `patience` ms of work. */
function start (patience) {
  new Worker(__filename, { workerData: { pulse, patience, parent: process.ppid } }).unref()
  setInterval(beat, CHECK).unref()
}

/** A sign of life, for long work between two turns of the event loop. */
function beat () {
  Atomics.add(pulse, 0, 1)
}

function watch ({ patience, parent }) {
  let last = -1
  let since = process.cpuUsage()
  setInterval(() => {
    if (process.ppid !== parent) end('the process that started this one is gone')
    const now = Atomics.load(pulse, 0)
    // At 0 it still loads: whoever started it waits for that with a deadline.
    if (now !== last || now === 0) since = process.cpuUsage()
    last = now
    const { user, system } = process.cpuUsage(since)
    const stuck = Math.round((user + system) / 1000)
    if (stuck >= patience) end(`the main thread gave no sign of life in ${stuck} ms of work`)
  }, CHECK)
}

function end (reason) {
  fs.writeSync(STDERR, `watchdog: ${reason}\n`)
  process.kill(process.pid, 'SIGKILL')
}

if (isMainThread) module.exports = { start, beat }
else watch(workerData)

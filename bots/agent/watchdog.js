'use strict'

/**
 * Kills this process when nobody waits for it any more: its parent is gone, or its main thread is stuck.
 *
 * Runs in a thread of its own, because a stuck main thread runs no timers.
 */

const fs = require('fs')
const { Worker, isMainThread, workerData } = require('worker_threads')

const CHECK = 500 // ms
const STDERR = 2

/** Starts the thread. The main thread counts as stuck when it did not turn for `patience` ms of its own CPU-or-wall time. */
function start (patience) {
  const beat = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(__filename, { workerData: { beat, patience, parent: process.ppid } })
  worker.unref()
  setInterval(() => Atomics.add(beat, 0, 1), CHECK).unref()
}

function watch ({ beat, patience, parent }) {
  let last = -1
  let stuck = 0
  setInterval(() => {
    if (process.ppid !== parent) end('the process that started this one is gone')
    const now = Atomics.load(beat, 0)
    stuck = now === last ? stuck + CHECK : 0
    last = now
    if (stuck >= patience) end(`the main thread did not turn for ${stuck} ms`)
  }, CHECK)
}

function end (reason) {
  fs.writeSync(STDERR, `watchdog: ${reason}\n`)
  process.kill(process.pid, 'SIGKILL')
}

if (isMainThread) module.exports = { start }
else watch(workerData)

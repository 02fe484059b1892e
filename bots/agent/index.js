'use strict'

/**
 * The agent: players, with or without a server of their own, on one clock, driven a tick at a time from Python.
 *
 * Every call takes and returns JSON text, so that it is one hop over the bridge.
 */

require('./watchdog').start(3500) // on the real clock, hence before it is replaced
const clock = require('./clock')
clock.install()
const { Stage } = require('./stage')

const quiet = () => true
process.stdout.write = quiet // flying-squid prompts; and stderr belongs to the bridge
console.log = console.info = console.warn = console.error = console.debug = () => {}

let stage = null

/** Wraps a method of the open stage as a call from JSON to JSON. */
function call (method) {
  return async json => JSON.stringify(await stage[method](JSON.parse(json ?? 'null')) ?? null)
}

module.exports = {
  /** Opens a stage in place of the one before. */
  async open (json) {
    const options = JSON.parse(json)
    await stage?.close()
    clock.reset()
    stage = new Stage(options)
    return JSON.stringify(await stage.open())
  },
  /** Leaves the server as it was found. */
  async leave () {
    await stage?.close()
    stage = null
    return 'null'
  },
  survey: call('survey'),
  join: call('join'),
  request: call('request'),
  settle: call('settle'),
  begin: call('begin'),
  observe: call('observe'),
  step: call('step'),
  plan: call('plan'),
  outline: call('outline'),
  clock: call('clock')
}

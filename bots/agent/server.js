'use strict'

const fs = require('fs')
const path = require('path')
const squid = require('flying-squid')
const { generator } = require('./random')

const PLUGINS = path.join(__dirname, 'server')
const FOREVER = 1e9 // ms; nobody is kicked for being slow: real time means nothing here

const plugins = fs.readdirSync(PLUGINS)
  .filter(file => file.endsWith('.js'))
  .sort()
  .map(file => require(path.join(PLUGINS, file)))

/**
 * A flying-squid server on `transport` with every plugin of the `server` folder on top of its own.
 *
 * A plugin has the shape of flying-squid's: any of `server(serv, options)`, `entity(entity, serv, options)`,
 * `player(player, serv, options)`, and, for what other plugins build on, `define(serv)`, which runs before every
 * `server`. Ours run after the built-in ones, so they may replace what those set. All chance in them comes from
 * `serv.random`. Further options are flying-squid's.
 */
function createServer ({ version, world, seed, viewDistance, maxPlayers, transport, ...rest }) {
  const options = {
    version,
    ...transport.serverOptions(),
    transport,
    world,
    generation: { name: path.join(__dirname, 'worlds', `${world.kind}.js`), options: { ...world } },
    'view-distance': viewDistance,
    'max-players': maxPlayers,
    'max-entities': 1000,
    'online-mode': false,
    'everybody-op': true,
    'player-list-text': { header: { text: '' }, footer: { text: '' } },
    motd: 'collector',
    gameMode: 0,
    difficulty: 1,
    kickTimeout: FOREVER,
    checkTimeoutInterval: FOREVER,
    logging: false,
    noConsoleOutput: true,
    plugins: {},
    ...rest
  }
  const serv = squid.createMCServer(options)
  serv.random = generator(seed)
  serv.setMaxListeners(0) // as many as there are plugins and players
  serv.on('error', error => transport.faults.push(`server: ${error.message}`))
  serv.on('pluginsReady', () => {
    plugins.forEach(plugin => plugin.define?.(serv))
    plugins.forEach(plugin => plugin.server?.(serv, options))
  })
  serv.on('newEntity', entity => plugins.forEach(plugin => plugin.entity?.(entity, serv, options)))
  serv.on('newPlayer', player => plugins.forEach(plugin => plugin.player?.(player, serv, options)))
  return serv
}

module.exports = { createServer }

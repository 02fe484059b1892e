'use strict'

/**
 * Sending of chunk columns: all in view at log-in and after a teleport, the nearest few a tick while walking.
 *
 * A column is encoded once and sent to everybody, without light (nothing here reads it), and it is never unloaded:
 * stock forgets what was built as soon as nobody sees it. A stage is short-lived, so memory stays bounded.
 */

const nbt = require('prismarine-nbt')
const { signsOf } = require('./signs')
const { beat } = require('../watchdog')

const COLUMNS_PER_TICK = 4

const HEIGHTMAPS = nbt.comp({ MOTION_BLOCKING: nbt.longArray(Array.from({ length: 37 }, () => [0, 0])) })
const NO_LIGHT = { skyLight: [], blockLight: [], skyLightMask: [], blockLightMask: [], emptySkyLightMask: [], emptyBlockLightMask: [] }

module.exports.server = (serv, options) => {
  const view = options['view-distance']
  serv.columnsInView = spiral(view)

  serv.on('tick', () => serv.players.forEach(player => player.sendColumns?.(COLUMNS_PER_TICK)))
}

module.exports.player = (player, serv, options) => {
  const sent = new Set()
  let centre = null
  player.sendingChunks = true // keeps the stock sender still
  player.columnsInView = serv.columnsInView
  player._client.on('settings', ({ viewDistance }) => {
    player.columnsInView = viewDistance < options['view-distance'] ? spiral(viewDistance) : serv.columnsInView
  })

  /** Sends columns in view that the player lacks, nearest first, `limit` at most. */
  player.sendColumns = (limit = Infinity) => {
    if (!player.spawnPoint) return
    const x = Math.floor(player.position.x / 16)
    const z = Math.floor(player.position.z / 16)
    if (centre?.x === x && centre?.z === z && centre.done) return
    if (centre?.x !== x || centre?.z !== z) player._client.write('update_view_position', { chunkX: x, chunkZ: z })
    centre = { x, z, done: false }
    for (const [dx, dz] of player.columnsInView) {
      if (limit === 0) return
      const key = `${x + dx},${z + dz}`
      if (sent.has(key)) continue
      sent.add(key)
      send(player, x + dx, z + dz)
      limit--
    }
    centre.done = true
  }

  player.worldSendInitialChunks = async () => player.sendColumns()
  player.worldSendRestOfChunks = async () => {}
}

function send (player, x, z) {
  const column = load(player.world, x, z)
  column.encoded ??= column.dump()
  player._client.write('map_chunk', {
    x, z, heightmaps: HEIGHTMAPS, chunkData: column.encoded, blockEntities: signsOf(column), trustEdges: true, ...NO_LIGHT
  })
}

/** The column, generated now if it is not there yet. */
function load (world, x, z) {
  beat()
  if (!world.getLoadedColumn(x, z)) world.setLoadedColumn(x, z, world.chunkGenerator(x, z))
  return world.getLoadedColumn(x, z)
}

function spiral (view) {
  const offsets = []
  for (let x = -view; x <= view; x++) for (let z = -view; z <= view; z++) offsets.push([x, z])
  return offsets.sort((a, b) => Math.hypot(...a) - Math.hypot(...b))
}

module.exports.load = load

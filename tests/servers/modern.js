'use strict'

/**
 * As much of a server of a newer Minecraft as it takes to see that players speak its protocol: log-in, a flat world of three
 * layers of dirt and one of grass, teleports, answers to commands, the time. It tells what it heard on stderr, a line of
 * JSON each. Arguments: version, port.
 */

const nbt = require('prismarine-nbt')
const [version, port] = process.argv.slice(2)
const registry = require('prismarine-registry')(version)
const Chunk = require('prismarine-chunk')(registry)

const MIN_Y = -64
const VIEW = 4 // chunks
const NO_LIGHT = { skyLight: [], blockLight: [], skyLightMask: [], blockLightMask: [], emptySkyLightMask: [], emptyBlockLightMask: [] }

const clients = new Map()
const column = flat()
let age = 0

const tell = (client, kind, details) => process.stderr.write(JSON.stringify({ who: client.username, kind, ...details }) + '\n')

function flat () {
  const chunk = new Chunk({ minY: MIN_Y, worldHeight: 384 })
  const at = { x: 0, y: 0, z: 0 }
  for (at.x = 0; at.x < 16; at.x++) {
    for (at.z = 0; at.z < 16; at.z++) {
      for (at.y = 60; at.y < 64; at.y++) {
        chunk.setBlockStateId(at, registry.blocksByName[at.y === 63 ? 'grass_block' : 'dirt'].defaultState)
      }
    }
  }
  return chunk.dump()
}

function place (client, x, y, z, yaw, pitch) {
  const [chunkX, chunkZ] = [Math.floor(x / 16), Math.floor(z / 16)]
  client.write('update_view_position', { chunkX, chunkZ })
  for (let dx = -VIEW; dx <= VIEW; dx++) {
    for (let dz = -VIEW; dz <= VIEW; dz++) {
      const where = { x: chunkX + dx, z: chunkZ + dz }
      client.write('map_chunk', { ...where, heightmaps: nbt.comp({}), chunkData: column, blockEntities: [], ...NO_LIGHT })
    }
  }
  client.write('position', { teleportId: 1, x, y, z, dx: 0, dy: 0, dz: 0, yaw, pitch, flags: {} })
}

function answer (client, command) {
  tell(client, 'command', { command })
  const [, name, ...numbers] = command.match(/^tp (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$/) ?? []
  if (name) place(clients.get(name), ...numbers.map(Number))
  const refused = nbt.list(nbt.comp([{ translate: nbt.string('argument.entity.notfound.entity') }]))
  const content = command.startsWith('kill')
    ? nbt.comp({ text: nbt.string(''), color: nbt.string('red'), extra: refused })
    : nbt.comp({ translate: nbt.string(command === 'time query gametime' ? 'commands.time.query' : 'commands.done') })
  client.write('system_chat', { content, isActionBar: false })
}

function list () {
  const data = [...clients.values()].map(({ uuid, username }) =>
    ({ uuid, player: { name: username, properties: [] }, gamemode: 0, listed: 1, latency: 0 }))
  const action = { add_player: true, update_game_mode: true, update_listed: true, update_latency: true }
  for (const client of clients.values()) client.write('player_info', { action, data })
}

const server = require('minecraft-protocol').createServer({ version, port: Number(port), 'online-mode': false })

server.on('playerJoin', client => {
  clients.set(client.username, client)
  client.write('login', { ...registry.loginPacket, entityId: clients.size, viewDistance: VIEW, enforcesSecureChat: false })
  list()
  place(client, 8.5, 64, 8.5, 0, 0)
  client.write('update_health', { health: 20, food: 20, foodSaturation: 5 })
  client.on('chat_command', ({ command }) => answer(client, command))
  for (const kind of ['block_dig', 'block_place', 'use_item']) client.on(kind, packet => tell(client, kind, packet))
  client.on('end', () => clients.delete(client.username))
})

setInterval(() => {
  if (++age % 20 !== 0) return
  for (const client of clients.values()) client.write('update_time', { age: [0, age], time: [0, 6000 + age], tickDayTime: true })
}, 50)

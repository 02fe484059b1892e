'use strict'

/**
 * The connections between players and server, in memory.
 *
 * Packets are encoded and parsed by minecraft-protocol as on a real connection, but there is no socket, framing or
 * compression: an encoded packet waits in one queue for all connections until `deliver` hands it over. So the order of
 * everything is the order of writing, whatever else the machine is doing.
 */

const { EventEmitter } = require('events')
const { Server, Client } = require('minecraft-protocol')
const { beat } = require('./watchdog')

const MAX_ROUNDS = 10000 // of packets answering packets; more is a loop

class Transport {
  constructor () {
    this.queue = []
    this.faults = []
  }

  /** What minecraft-protocol's createServer takes: a class that listens here instead of on a port. */
  serverOptions () {
    const transport = this
    class MemoryServer extends Server {
      listen () {
        this.socketServer = Object.assign(new EventEmitter(), {
          address: () => ({ port: 0 }),
          close: () => this.emit('close')
        })
        transport.server = this
        process.nextTick(() => this.emit('listening'))
      }
    }
    return { Server: MemoryServer }
  }

  /** What minecraft-protocol's createClient takes as `connect`: joins a client to the server. */
  connect (client) {
    const remote = new Client(true, this.server.version, this.server.customPackets, true)
    remote.id = Object.keys(this.server.clients).length
    this.server.clients[remote.id] = remote
    this.join(client, remote)
    this.join(remote, client)
    this.server.emit('connection', remote)
    process.nextTick(() => client.emit('connect')) // who created it listens only after this returns
  }

  join (from, to) {
    from.ended = false
    from.socket = Object.assign(new EventEmitter(), { remoteAddress: 'memory', end () {}, destroy () {} })
    from.write = (name, params) => this.send(from, [to], name, params)
    from.peer = to
    from.end = reason => {
      if (from.ended) return
      from.ended = true
      from.emit('end', reason ?? 'closed')
      to.end(reason)
    }
  }

  /** Encodes a packet once, in the state of `from`, for all of `targets`. A packet that cannot be encoded is dropped and noted. */
  send (from, targets, name, params) {
    if (from.ended) return
    let buffer
    try {
      buffer = from.serializer.createPacketBuffer({ name, params })
    } catch (error) {
      this.faults.push(`${from.isServer ? 'server' : 'player'} packet ${name}: ${error.message}`)
      return
    }
    for (const to of targets) this.queue.push({ to, buffer })
  }

  /** Writes a packet to several clients of the server; it is encoded once. */
  broadcast (clients, name, params) {
    this.send(clients[0], clients.map(client => client.peer), name, params)
  }

  /** Hands over packets until no more are written in answer. Returns how many. */
  deliver () {
    let count = 0
    for (let round = 0; this.queue.length > 0; round++) {
      if (round > MAX_ROUNDS) throw new Error('packets answer packets without end')
      const batch = this.queue
      this.queue = []
      for (const { to, buffer } of batch) if (!to.ended) this.receive(to, buffer)
      count += batch.length
    }
    return count
  }

  receive (client, buffer) {
    beat() // a view of chunks is long work
    const parser = client.deserializer
    try {
      parser.emit('data', parser.parsePacketBuffer(buffer))
    } catch (error) {
      this.faults.push(`packet to ${client.isServer ? 'server' : 'player'}: ${error.stack.split('\n', 3).join(' ')}`)
    }
  }

  /** The faults since the last call. */
  takeFaults () {
    return this.faults.splice(0)
  }
}

module.exports = { Transport }

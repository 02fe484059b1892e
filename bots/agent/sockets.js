'use strict'

/** The connections between players and server over TCP: of the same shape as those in memory (`transport.js`). */

class Sockets {
  constructor () {
    this.faults = []
  }

  /** What minecraft-protocol's createServer takes. */
  serverOptions () {
    return {}
  }

  /** Writes a packet to several clients of the server. */
  broadcast (clients, name, params) {
    for (const client of clients) client.write(name, params)
  }

  /** The faults since the last call. */
  takeFaults () {
    return this.faults.splice(0)
  }
}

module.exports = { Sockets }

'use strict'

/** A packet for several players goes over the transport as one. */
module.exports.server = (serv, { transport }) => {
  serv._writeArray = (name, params, players) => {
    if (players.length === 0) return
    transport.broadcast(players.map(player => player._client), name, params)
  }

  serv._writeAll = (name, params) => serv._writeArray(name, params, serv.players)
}

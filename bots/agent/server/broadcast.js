'use strict'

/** A packet for several players is encoded once. */
module.exports.server = (serv, { transport }) => {
  serv._writeArray = (name, params, players) => {
    if (players.length === 0) return
    const clients = players.map(player => player._client)
    transport.send(clients[0], clients.map(client => client.peer), name, params)
  }

  serv._writeAll = (name, params) => serv._writeArray(name, params, serv.players)
}

'use strict'

/** Everybody's player list holds everybody. Stock: the newcomer's own list stays empty. */
module.exports.player = (player, serv) => {
  // login.js sets this anew for every player, so it is replaced for every player.
  serv._sendPlayerList = () => serv._writeAll('player_info', {
    action: 'add_player',
    data: serv.players.map(({ uuid, username, profileProperties, gameMode }) => ({
      uuid,
      name: username,
      properties: profileProperties ?? [],
      gamemode: gameMode,
      ping: 0,
      displayName: undefined
    }))
  })
}

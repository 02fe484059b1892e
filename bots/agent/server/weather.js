'use strict'

/** Rain and thunder that come and go gradually, as levels from 0 to 1. Stock sends them inverted and at once. */

const STEP = 0.01 // per tick, as in the game
const REASON = { startRain: 1, stopRain: 2, rainLevel: 7, thunderLevel: 8 }

module.exports.server = (serv, { world }) => {
  const now = { rain: world.rain ?? 0, thunder: world.thunder ?? 0 }
  const goal = { ...now }
  const tell = (reason, value, players = serv.players) => serv._writeArray('game_state_change', { reason, gameMode: value }, players)

  serv.tellWeather = player => {
    if (now.rain === 0) return
    tell(REASON.startRain, 0, [player])
    tell(REASON.rainLevel, now.rain, [player])
    tell(REASON.thunderLevel, now.thunder, [player])
  }

  /** Lets the weather change to these levels. */
  serv.setWeather = (rain, thunder) => {
    Object.assign(goal, { rain, thunder })
    tell(rain > 0 ? REASON.startRain : REASON.stopRain, 0)
  }

  serv.on('tick', () => {
    for (const [kind, reason] of [['rain', REASON.rainLevel], ['thunder', REASON.thunderLevel]]) {
      const missing = goal[kind] - now[kind]
      if (missing === 0) continue
      now[kind] = Math.abs(missing) < STEP ? goal[kind] : now[kind] + Math.sign(missing) * STEP
      tell(reason, now[kind])
    }
  })
}

module.exports.player = (player, serv) => {
  player.once('spawned', () => serv.tellWeather(player))
}

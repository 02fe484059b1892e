'use strict'

/** What Minecraft has renamed: a row holds from its version on. */
module.exports = [
  {
    since: '1.17',
    rules: {
      commandFeedback: 'sendCommandFeedback',
      daylightCycle: 'doDaylightCycle',
      weatherCycle: 'doWeatherCycle',
      mobSpawning: 'doMobSpawning'
    }
  },
  {
    since: '1.21.11',
    rules: {
      commandFeedback: 'send_command_feedback',
      daylightCycle: 'advance_time',
      weatherCycle: 'advance_weather',
      mobSpawning: 'spawn_mobs'
    }
  }
]

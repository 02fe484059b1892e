'use strict'

/** What Minecraft has renamed, and the data of a sign, which it has put differently: a row holds from its version on. */

const RULES = {
  commandFeedback: 'sendCommandFeedback',
  daylightCycle: 'doDaylightCycle',
  weatherCycle: 'doWeatherCycle',
  mobSpawning: 'doMobSpawning'
}
const component = text => JSON.stringify({ text })
const oneSided = (lines, color, glowing) => ({
  ...Object.fromEntries(lines.map((line, index) => [`Text${index + 1}`, component(line)])), Color: color, GlowingText: glowing
})
const twoSided = line => (lines, color, glowing) => ({ front_text: { messages: lines.map(line), color, has_glowing_text: glowing } })

module.exports = [
  { since: '1.17', rules: RULES, sign: oneSided },
  { since: '1.20', rules: RULES, sign: twoSided(component) },
  { since: '1.21.5', rules: RULES, sign: twoSided(line => line) },
  {
    since: '1.21.11',
    rules: {
      commandFeedback: 'send_command_feedback',
      daylightCycle: 'advance_time',
      weatherCycle: 'advance_weather',
      mobSpawning: 'spawn_mobs'
    },
    sign: twoSided(line => line)
  }
]

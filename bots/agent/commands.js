'use strict'

/**
 * The requests of `requests.js` spelled as commands of Minecraft, for servers that are not ours: a table of functions
 * from `(details, { names, rules, sign })` to the commands, without slash. What differs between versions is in
 * `spellings.js`.
 */

const { degrees } = require('./requests')
const spellings = require('./spellings')

const HOTBAR = 36
const MAIN = 9
const PLACES = { 5: 'armor.head', 6: 'armor.chest', 7: 'armor.legs', 8: 'armor.feet', 45: 'weapon.offhand' }

const at = ({ x, y, z }) => `${x} ${y} ${z}`
const who = ({ player }, { names }) => names[player]

function slotName (slot) {
  if (PLACES[slot]) return PLACES[slot]
  return slot >= HOTBAR ? `hotbar.${slot - HOTBAR}` : `inventory.${slot - MAIN}`
}

function state (name, properties = {}) {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${value}`)
  return pairs.length > 0 ? `${name}[${pairs.join(',')}]` : name
}

const commands = {
  give: (details, world) => {
    const { slot, item, count } = details
    return [`item replace entity ${who(details, world)} ${slotName(slot)} with ${count > 0 ? `${item} ${count}` : 'air'}`]
  },

  teleport: (details, world) => {
    const { yaw, pitch } = degrees(details.yaw, details.pitch)
    return [`tp ${who(details, world)} ${at(details)} ${yaw} ${pitch}`]
  },

  block: ({ name, properties, ...position }) => [`setblock ${at(position)} ${state(name, properties)}`],

  // Data of Minecraft may be written as JSON.
  sign: ({ lines, colour, glowing, ...position }, { sign }) => {
    const four = Array.from({ length: 4 }, (_, line) => lines[line] ?? '')
    return [`data merge block ${at(position)} ${JSON.stringify(sign(four, colour, Number(glowing)))}`]
  },

  fillChest: ({ items, ...position }) => items.map(([slot, name, count]) =>
    `item replace block ${at(position)} container.${slot} with ${name} ${count}`),

  mortal: () => [], // everybody is

  spawn: ({ name, ...position }) => [`summon ${name} ${at(position)}`],

  weather: ({ rain, thunder }) => [`weather ${thunder > 0 ? 'thunder' : rain > 0 ? 'rain' : 'clear'}`],

  time: ({ time, running }, { rules }) => [`time set ${time}`, `gamerule ${rules.daylightCycle} ${running}`]
}

/** The names that the version (a registry's `version`) has for things that were renamed. */
function spelling (version) {
  return spellings.filter(({ since }) => version['>='](since)).at(-1)
}

module.exports = { commands, spelling }

// What a player presses: keyboard, mouse, camera turn, hotbar.

const CAPS = [
  ['w', 'W', 'forward'], ['a', 'A', 'left'], ['s', 'S', 'back'], ['d', 'D', 'right'],
  ['space', 'Space', 'jump'], ['shift', '⇧', 'sneak'], ['ctrl', 'Ctrl', 'sprint']
]
const CHIPS = { mine: 'mine', place_block: 'place', place_entity: 'place entity', mount: 'mount', dismount: 'dismount' }
const TRAIL = 24
// A turn of this many degrees in a tick is at the rim of the dial.
const RIM_DEGREES = 12

class Inputs {
  constructor (player, keys) {
    this.player = player
    this.bit = Object.fromEntries(keys.map((key, index) => [key, index]))
    this.caps = {}
    const cap = (style, label, key) => (this.caps[key] = element('span', { class: `key ${style}`, title: key }, label))
    this.keys = element('div', { class: 'keys' }, ...CAPS.map(one => cap(...one)))
    this.mouse = this.drawMouse()
    this.dial = element('canvas', { class: 'dial', title: `Camera turn in this tick; rim = ${RIM_DEGREES}°` })
    this.slots = element('div', { class: 'slots' },
      ...Array.from({ length: 9 }, (_, slot) => cap('slot', slot + 1, `hotbar.${slot + 1}`)))
    this.chips = element('div', { class: 'chips' },
      ...Object.entries(CHIPS).map(([key, label]) => (this.caps[key] = element('span', { class: 'chip' }, label))))
    this.elements = [this.keys, this.mouse, this.dial]
  }

  drawMouse () {
    const space = 'http://www.w3.org/2000/svg'
    const svg = document.createElementNS(space, 'svg')
    svg.setAttribute('class', 'mouse')
    svg.setAttribute('viewBox', '0 0 46 70')
    const shapes = {
      attack: 'M22 2 C9 2 2 10 2 22 V28 H22 Z',
      use: 'M24 2 C37 2 44 10 44 22 V28 H24 Z',
      body: 'M2 30 H44 V48 C44 60 36 68 23 68 C10 68 2 60 2 48 Z'
    }
    for (const [name, shape] of Object.entries(shapes)) {
      const path = document.createElementNS(space, 'path')
      path.setAttribute('d', shape)
      svg.append(path)
      if (name !== 'body') this.caps[name] = path
    }
    return svg
  }

  pressed (key, tick) {
    return (this.player.pressed[tick] >> this.bit[key]) & 1
  }

  show (tick) {
    for (const [key, cap] of Object.entries(this.caps)) cap.classList.toggle('on', !!this.pressed(key, tick))
    const slot = this.player.numbers.hotbar_slot[tick]
    this.slots.childNodes.forEach((cap, index) => cap.classList.toggle('held', index === slot))
    this.showTurn(tick)
  }

  showTurn (tick) {
    const size = 76
    const context = prepare(this.dial, size, size)
    const middle = size / 2
    const radius = middle - 3
    context.strokeStyle = colour('var(--line)')
    context.fillStyle = colour('var(--sunken)')
    context.beginPath()
    context.arc(middle, middle, radius, 0, 7)
    context.fill()
    context.stroke()
    context.beginPath()
    context.moveTo(middle - radius, middle)
    context.lineTo(middle + radius, middle)
    context.moveTo(middle, middle - radius)
    context.lineTo(middle, middle + radius)
    context.stroke()
    // + yaw is left and + pitch is up; on a canvas left is - x and up is - y.
    const at = time => [0, 1].map(axis => {
      const share = degrees(this.player.turn[axis][time]) / RIM_DEGREES
      return middle - radius * clamp(share, -1, 1)
    })
    context.strokeStyle = context.fillStyle = colour(getComputedStyle(this.keys).getPropertyValue('--ink'))
    for (let time = Math.max(1, tick - TRAIL); time <= tick; time++) {
      context.globalAlpha = 1 - (tick - time) / TRAIL
      context.lineWidth = 1.5
      context.beginPath()
      context.moveTo(...at(time - 1))
      context.lineTo(...at(time))
      context.stroke()
    }
    context.globalAlpha = 1
    context.beginPath()
    context.arc(...at(tick), 4.5, 0, 7)
    context.fill()
  }
}

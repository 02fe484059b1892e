// One player: the picture, what is pressed, and how the player is.

const FLAGS = {
  on_ground: 'on ground', sneaking: 'sneaking', sprinting: 'sprinting', in_water: 'in water', in_lava: 'in lava'
}
const COMPASS = ['north', 'north-west', 'west', 'south-west', 'south', 'south-east', 'east', 'north-east']

const HINTS = {
  position: 'x, y, z of the feet in blocks', looks: 'direction, yaw (+ = left of north), pitch (+ = up)', speed: 'over ground',
  sees: 'whom the picture shows, by the pixels of each'
}

class Panel {
  constructor (player, index, episode, keys) {
    this.player = player
    this.names = episode.players.map(({ name }) => name)
    this.fps = episode.fps
    this.inputs = new Inputs(player, keys)
    this.canvas = element('canvas', { class: 'picture', width: episode.width, height: episode.height })
    this.note = element('span', { class: 'note' })
    this.values = {}
    const value = name => (this.values[name] = element('dd', { class: 'num', title: HINTS[name] }))
    const names = ['position', 'speed', 'looks', 'sees', 'health', 'food', 'held']
    const list = element('dl', { class: 'values' }, ...names.flatMap(name => [element('dt', {}, name), value(name)]))
    this.flags = Object.fromEntries(Object.entries(FLAGS).map(([name, label]) =>
      [name, element('span', { class: 'chip' }, label)]))
    this.inputs.chips.append(...Object.values(this.flags))
    this.element = element('article', { class: 'card view', style: `--ink: ${ink(index)}` },
      element('div', { class: 'screen' }, this.canvas, element('span', { class: 'tag' }, player.name), this.note),
      element('div', { class: 'below' }, ...this.inputs.elements, list, this.inputs.slots, this.inputs.chips))
  }

  draw (picture) {
    this.canvas.getContext('2d').drawImage(picture, 0, 0, this.canvas.width, this.canvas.height)
  }

  // Over the picture: the way of the mouse on an open screen, which turns no camera.
  drawCursor (tick) {
    const path = this.player.cursor
    if (!path?.[tick]) return
    const context = this.canvas.getContext('2d')
    context.lineCap = 'round'
    context.lineWidth = Math.max(1.5, this.canvas.width / 320)
    context.strokeStyle = colour(getComputedStyle(this.element).getPropertyValue('--ink'))
    for (let time = tick; time > Math.max(0, tick - TRAIL) && path[time - 1]; time--) {
      context.globalAlpha = 1 - (tick - time) / TRAIL
      context.beginPath()
      context.moveTo(...path[time - 1])
      context.lineTo(...path[time])
      context.stroke()
    }
    context.globalAlpha = 1
    context.beginPath()
    context.arc(...path[tick], 2 * context.lineWidth, 0, 7)
    context.stroke()
  }

  show (tick) {
    this.inputs.show(tick)
    this.drawCursor(tick)
    const { numbers, flags } = this.player
    const at = name => numbers[name][tick]
    this.values.position.textContent = ['x', 'y', 'z'].map(axis => at(axis).toFixed(2)).join('  ')
    this.values.speed.textContent = `${this.speed(tick).toFixed(2)} blocks/s`
    const yaw = (degrees(at('yaw')) % 360 + 360) % 360
    this.values.looks.textContent =
      `${COMPASS[Math.round(yaw / 45) % 8]}  ${yaw.toFixed(1)}°  ${degrees(at('pitch')).toFixed(1)}°`
    this.bar('health', at('health'), 20, 'light-dark(#c23b3b, #ff7676)')
    this.bar('food', at('food'), 20, 'light-dark(#a9742b, #e0a95a)')
    this.values.held.textContent = this.held(tick)
    this.values.sees.textContent = this.sees(tick)
    for (const [name, chip] of Object.entries(this.flags)) chip.classList.toggle('on', !!flags[name][tick])
    this.note.textContent = at('health') === 0 ? 'dead' : ''
  }

  held (tick) {
    const { names, ticks } = this.player.held
    return ticks[tick] == null ? 'unknown' : names[ticks[tick]] || 'nothing'
  }

  sees (tick) {
    if (!this.player.sees) return 'unknown'
    return this.names.filter((_, other) => this.player.sees[tick] >> other & 1).join(', ') || 'nobody'
  }

  speed (tick) {
    if (tick === 0) return 0
    const moved = ['x', 'z'].map(axis => this.player.numbers[axis][tick] - this.player.numbers[axis][tick - 1])
    return Math.hypot(...moved) * this.fps
  }

  bar (name, value, most, fill) {
    if (value == null) return this.values[name].replaceChildren('unknown')
    const share = element('span', { class: 'bar' }, element('i', { style: `width: ${100 * value / most}%; --fill: ${fill}` }))
    this.values[name].replaceChildren(share, String(value))
  }
}

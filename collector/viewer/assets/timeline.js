// All ticks of the episode: events, and for each player the camera's turn and what is pressed. Click or drag
// to go somewhere, wheel to zoom, shift and wheel to move along.

const LEFT = 118
const ROW = 9
const TURN = 30
const EVENTS = 22
const GAP = 8
const LANES = [
  ['forward', ['forward']], ['back', ['back']], ['left', ['left']], ['right', ['right']], ['jump', ['jump']],
  ['sneak', ['sneak', 'dismount']], ['sprint', ['sprint']], ['attack', ['attack', 'mine']],
  ['use', ['use', 'place_block', 'place_entity', 'mount']]
]

class Timeline {
  constructor (canvas, episode, keys, go) {
    this.canvas = canvas
    this.episode = episode
    this.mask = Object.fromEntries(keys.map((key, index) => [key, 2 ** index]))
    this.lanes = episode.players.map(player => LANES.filter(([, names]) => this.used(player, names)))
    this.from = 0
    this.to = episode.ticks
    this.still = document.createElement('canvas')
    this.listen(go)
    this.resize()
  }

  used (player, names) {
    const mask = this.maskOf(names)
    return player.pressed.some(pressed => pressed & mask)
  }

  maskOf (names) {
    return names.reduce((mask, name) => mask | this.mask[name], 0)
  }

  listen (go) {
    const at = event => Math.floor(this.tickAt(event.clientX - this.canvas.getBoundingClientRect().left))
    const bounded = event => clamp(at(event), 0, this.episode.ticks - 1)
    this.canvas.onpointerdown = event => {
      this.canvas.setPointerCapture(event.pointerId)
      go(bounded(event))
    }
    this.canvas.onpointermove = event => {
      if (event.buttons & 1) go(bounded(event))
      this.tip(event, bounded(event))
    }
    this.canvas.onpointerleave = () => { byId('tip').hidden = true }
    this.canvas.onwheel = event => {
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        this.move((event.deltaX || event.deltaY) / 600 * (this.to - this.from))
      } else if (event.ctrlKey || this.canvas.parentNode.scrollHeight <= this.canvas.parentNode.clientHeight) {
        this.zoom(at(event), event.deltaY > 0 ? 1.25 : 0.8)
      } else return
      event.preventDefault()
    }
  }

  zoom (tick, factor) {
    const span = clamp((this.to - this.from) * factor, Math.min(40, this.episode.ticks), this.episode.ticks)
    const share = (tick - this.from) / (this.to - this.from)
    this.from = tick - share * span
    this.to = this.from + span
    this.move(0)
  }

  move (ticks) {
    const span = this.to - this.from
    this.from = clamp(this.from + ticks, 0, this.episode.ticks - span)
    this.to = this.from + span
    this.drawStill()
    this.show(this.tick)
  }

  tickAt (x) {
    return this.from + (x - LEFT) / (this.width - LEFT) * (this.to - this.from)
  }

  x (tick) {
    return LEFT + (tick - this.from) / (this.to - this.from) * (this.width - LEFT)
  }

  resize () {
    this.width = this.canvas.parentNode.clientWidth - 14
    this.tops = []
    let top = EVENTS
    for (const lanes of this.lanes) {
      this.tops.push(top)
      top += TURN + lanes.length * ROW + GAP
    }
    this.height = top
    this.drawStill()
    this.show(this.tick || 0)
  }

  drawStill () {
    const context = prepare(this.still, this.width, this.height)
    context.font = '10px system-ui, sans-serif'
    context.textBaseline = 'middle'
    this.drawSeconds(context)
    this.episode.players.forEach((player, index) => this.drawPlayer(context, player, index))
    this.drawEvents(context)
  }

  drawSeconds (context) {
    const { fps } = this.episode
    const span = (this.to - this.from) / fps
    const step = [1, 2, 5, 10, 20, 30, 60, 120].find(seconds => span / seconds <= 24) || 300
    context.fillStyle = colour('var(--quiet)')
    context.strokeStyle = colour('var(--line)')
    context.lineWidth = 0.5
    for (let second = Math.ceil(this.from / fps / step) * step; second * fps < this.to; second += step) {
      const x = this.x(second * fps)
      context.fillText(`${second} s`, x + 3, 7)
      context.beginPath()
      context.moveTo(x, 0)
      context.lineTo(x, this.height)
      context.stroke()
    }
  }

  drawPlayer (context, player, index) {
    const top = this.tops[index]
    const quiet = colour('var(--quiet)')
    const strong = colour(ink(index))
    context.fillStyle = strong
    context.font = '600 12px system-ui, sans-serif'
    context.fillText(player.name, 14, top + TURN / 2, LEFT - 50)
    context.font = '10px system-ui, sans-serif'
    context.fillStyle = quiet
    context.textAlign = 'right'
    context.fillText('turn', LEFT - 8, top + TURN / 2)
    this.lanes[index].forEach(([label], row) => context.fillText(label, LEFT - 8, top + TURN + (row + 0.5) * ROW))
    context.textAlign = 'left'
    context.save()
    context.beginPath()
    context.rect(LEFT, 0, this.width - LEFT, this.height)
    context.clip()
    this.drawTurn(context, player, top, strong)
    this.lanes[index].forEach(([, names], row) => {
      context.fillStyle = colour('var(--sunken)')
      context.fillRect(LEFT, top + TURN + row * ROW + 1, this.width - LEFT, ROW - 2)
      context.fillStyle = strong
      for (const [start, stop] of this.runs(player, this.maskOf(names))) {
        const x = this.x(start)
        context.fillRect(x, top + TURN + row * ROW + 1, Math.max(1.5, this.x(stop) - x), ROW - 2)
      }
    })
    context.restore()
  }

  // Yaw as an area (up = left), pitch as a line (up = up).
  drawTurn (context, player, top, strong) {
    const middle = top + TURN / 2
    const largest = Math.max(0.02, ...player.turn.flatMap(values => [high(values), -low(values)]))
    const y = value => middle - value / largest * (TURN / 2 - 2)
    context.fillStyle = strong
    context.globalAlpha = 0.45
    const wide = Math.max(1, this.x(1) - this.x(0))
    for (let tick = Math.floor(this.from); tick < this.to; tick++) {
      const value = player.turn[0][tick]
      if (value) context.fillRect(this.x(tick), Math.min(middle, y(value)), wide, Math.abs(y(value) - middle))
    }
    context.globalAlpha = 1
    context.strokeStyle = strong
    context.lineWidth = 1
    context.beginPath()
    for (let tick = Math.floor(this.from); tick < this.to; tick++) context.lineTo(this.x(tick + 0.5), y(player.turn[1][tick]))
    context.stroke()
  }

  runs (player, mask) {
    const found = []
    let start = -1
    for (let tick = 0; tick <= this.episode.ticks; tick++) {
      const on = tick < this.episode.ticks && (player.pressed[tick] & mask)
      if (on && start < 0) start = tick
      if (!on && start >= 0) {
        found.push([start, tick])
        start = -1
      }
    }
    return found
  }

  drawEvents (context) {
    for (const event of this.episode.events) {
      const x = this.x(event.tick)
      if (x < LEFT) continue
      context.fillStyle = colour(event.player == null ? 'var(--quiet)' : ink(event.player))
      context.beginPath()
      context.moveTo(x, EVENTS)
      context.lineTo(x - 3.5, EVENTS - 7)
      context.lineTo(x + 3.5, EVENTS - 7)
      context.fill()
    }
  }

  show (tick) {
    this.tick = tick
    const context = prepare(this.canvas, this.width, this.height)
    this.canvas.style.height = `${this.height}px`
    this.canvas.style.width = `${this.width}px`
    context.drawImage(this.still, 0, 0, this.width, this.height)
    const x = this.x(tick + 0.5)
    if (x >= LEFT) {
      context.fillStyle = colour('var(--alert)')
      context.fillRect(x - 0.75, 0, 1.5, this.height)
      context.beginPath()
      context.arc(x, 4, 4, 0, 7)
      context.fill()
    }
    this.canvas.setAttribute('aria-valuenow', tick)
    this.canvas.setAttribute('aria-valuemax', this.episode.ticks - 1)
  }

  follow (tick) {
    if (tick < this.from || tick >= this.to) this.move(tick - this.from - (this.to - this.from) * 0.1)
  }

  tip (event, tick) {
    const tip = byId('tip')
    const lines = this.episode.players.map(player => {
      const names = Object.keys(this.mask).filter(name => player.pressed[tick] & this.mask[name])
      return `${player.name}: ${names.join(', ') || 'no keys'}`
    })
    const events = this.episode.events.filter(one => Math.abs(one.tick - tick) <= 1).map(one => `${one.kind} ${one.text}`)
    tip.replaceChildren(...[`tick ${tick}, ${(tick / this.episode.fps).toFixed(2)} s`, ...lines, ...events.slice(0, 4)]
      .map(line => element('div', {}, line)))
    tip.hidden = false
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`
    tip.style.top = `${event.clientY - tip.offsetHeight - 12}px`
  }
}

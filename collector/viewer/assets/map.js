// Where everybody is, from above: north is up, trails of the past and faint lines of what is to come.

class PathMap {
  constructor (canvas, episode) {
    this.canvas = canvas
    this.players = episode.players.map(player => player.numbers)
    const all = axis => this.players.flatMap(numbers => [low(numbers[axis]), high(numbers[axis])])
    this.middle = ['x', 'z'].map(axis => (low(all(axis)) + high(all(axis))) / 2)
    this.span = Math.max(6, ...['x', 'z'].map(axis => high(all(axis)) - low(all(axis)))) * 1.15
    this.cell = [1, 2, 5, 10, 20, 50, 100, 200, 500].find(cell => this.span / cell <= 12) || 1000
    byId('scale').textContent = `grid of ${this.cell}, north up`
  }

  show (tick) {
    const size = this.canvas.clientWidth
    if (!size) return
    const context = prepare(this.canvas, size, size)
    const scale = size / this.span
    const place = (x, z) => [size / 2 + (x - this.middle[0]) * scale, size / 2 + (z - this.middle[1]) * scale]
    this.grid(context, size, place)
    this.players.forEach((numbers, index) => {
      context.strokeStyle = context.fillStyle = colour(ink(index))
      this.trail(context, numbers, place, 0, numbers.x.length - 1, 0.22)
      this.trail(context, numbers, place, Math.max(0, tick - 100), tick, 1)
      this.arrow(context, ...place(numbers.x[tick], numbers.z[tick]), numbers.yaw[tick])
    })
  }

  grid (context, size, place) {
    context.strokeStyle = colour('var(--line)')
    context.lineWidth = 0.5
    context.beginPath()
    for (let axis = 0; axis < 2; axis++) {
      const first = Math.ceil((this.middle[axis] - this.span / 2) / this.cell) * this.cell
      for (let line = first; line < this.middle[axis] + this.span / 2; line += this.cell) {
        const at = place(line, line)[axis]
        context.moveTo(...(axis ? [0, at] : [at, 0]))
        context.lineTo(...(axis ? [size, at] : [at, size]))
      }
    }
    context.stroke()
  }

  trail (context, numbers, place, from, to, alpha) {
    context.globalAlpha = alpha
    context.lineWidth = 1.5
    context.beginPath()
    for (let tick = from; tick <= to; tick++) context.lineTo(...place(numbers.x[tick], numbers.z[tick]))
    context.stroke()
    context.globalAlpha = 1
  }

  // Yaw 0 looks north (- z, up) and grows to the left.
  arrow (context, x, y, yaw) {
    context.save()
    context.translate(x, y)
    context.rotate(-yaw)
    context.globalAlpha = 0.18
    context.beginPath()
    context.moveTo(0, 0)
    context.arc(0, 0, 34, -Math.PI / 2 - 0.6, -Math.PI / 2 + 0.6)
    context.fill()
    context.globalAlpha = 1
    context.beginPath()
    context.moveTo(0, -9)
    context.lineTo(6, 6)
    context.lineTo(0, 3)
    context.lineTo(-6, 6)
    context.fill()
    context.restore()
  }
}

const low = values => values.reduce((least, value) => Math.min(least, value))
const high = values => values.reduce((most, value) => Math.max(most, value))

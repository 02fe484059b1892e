// The page: which episode, which tick, playing or not. All views show the same tick, always.

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8]
const HELP = [
  ['Space', 'play or pause'], ['← →', 'one tick back or forth'], ['Shift ← →', 'one second back or forth'],
  ['Home End', 'first or last tick'], ['↑ ↓', 'faster or slower'], ['[ ]', 'episode before or after'],
  ['N P', 'next or previous event'], ['L', 'repeat'], ['F', 'picture smooth or in pixels'], ['I', 'about this episode'],
  ['T', 'light or dark'], ['wheel', 'zoom the timeline; with Shift move along']
]

class App {
  constructor () {
    this.about = embedded('about')
    this.speed = 1
    this.repeat = true
    this.playing = false
    this.build()
    this.listen()
    const wanted = new URLSearchParams(location.hash.slice(1))
    const index = this.about.episodes.findIndex(episode => episode.name === wanted.get('episode'))
    this.open(Math.max(0, index), Number(wanted.get('tick')) || 0)
  }

  build () {
    document.title = this.about.dataset
    byId('dataset').textContent = this.about.dataset.split('/').filter(Boolean).pop()
    byId('dataset').title = `${this.about.dataset}, version ${this.about.version}`
    const options = this.about.episodes.map((episode, index) =>
      element('option', { value: index }, `${episode.name}${episode.split === 'quarantine' ? ' (quarantined)' : ''}`))
    this.select = element('select', { 'aria-label': 'Episode', onchange: () => this.open(Number(this.select.value)) }, ...options)
    byId('chooser').append(
      element('button', { title: 'Episode before ([)', onclick: () => this.turn(-1) }, '‹'), this.select,
      element('button', { title: 'Episode after (])', onclick: () => this.turn(1) }, '›'))
    byId('chooser').hidden = options.length < 2
    this.playButton = element('button', { class: 'play', onclick: () => this.toggle() }, 'Play')
    this.input = element('input', { class: 'num', 'aria-label': 'Tick', onchange: () => this.go(Number(this.input.value) || 0) })
    this.time = element('span', { class: 'num' })
    this.speeds = element('select', { 'aria-label': 'Speed', onchange: () => this.setSpeed(Number(this.speeds.value)) },
      ...SPEEDS.map(speed => element('option', { value: speed, selected: speed === 1 }, `${speed} ×`)))
    this.repeatButton = element('button', { title: 'Repeat (L)', 'aria-pressed': 'true', onclick: () => this.toggleRepeat() }, 'Repeat: on')
    const step = (label, title, ticks) => element('button', { title, onclick: () => this.step(ticks) }, label)
    byId('transport').append(
      step('|‹', 'First tick (Home)', -Infinity), step('−1 s', 'Shift ←', -20), step('−1', 'One tick back (←)', -1), this.playButton,
      step('+1', 'One tick on (→)', 1), step('+1 s', 'Shift →', 20), step('›|', 'Last tick (End)', Infinity), this.speeds, this.repeatButton,
      element('span', { class: 'clock num' }, 'tick ', this.input, this.length = element('span', { class: 'num' }), ' · ', this.time),
      element('span', { class: 'spring' }), this.state = element('span', { class: 'badge num', role: 'status' }))
    byId('help-dialog').append(element('h1', {}, 'Keyboard'),
      element('dl', {}, ...HELP.flatMap(([keys, what]) => [element('dt', {}, element('kbd', {}, keys)), element('dd', {}, what)])),
      element('button', { onclick: () => byId('help-dialog').close() }, 'Close'))
  }

  listen () {
    const toggle = id => () => (byId(id).open ? byId(id).close() : byId(id).showModal())
    byId('help-toggle').onclick = toggle('help-dialog')
    byId('about-toggle').onclick = toggle('about-dialog')
    byId('theme').onclick = () => this.theme()
    const keys = {
      ' ': () => this.toggle(),
      ArrowLeft: event => this.step(event.shiftKey ? -20 : -1),
      ArrowRight: event => this.step(event.shiftKey ? 20 : 1),
      ArrowUp: () => this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.speed) + 1)]),
      ArrowDown: () => this.setSpeed(SPEEDS[Math.max(0, SPEEDS.indexOf(this.speed) - 1)]),
      Home: () => this.step(-Infinity),
      End: () => this.step(Infinity),
      '[': () => this.turn(-1),
      ']': () => this.turn(1),
      n: () => this.toEvent(1),
      p: () => this.toEvent(-1),
      l: () => this.toggleRepeat(),
      f: () => byId('views').classList.toggle('pixels'),
      i: byId('about-toggle').onclick,
      t: () => this.theme(),
      '?': byId('help-toggle').onclick
    }
    window.addEventListener('keydown', event => {
      const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      if (!action || event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(event.target.tagName)) return
      event.preventDefault()
      action(event)
    })
    window.addEventListener('resize', () => this.layout())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw())
  }

  async open (index, tick = 0) {
    this.pause()
    const turn = this.opening = {}
    this.frames?.forEach(frames => frames.close())
    this.frames = null
    this.index = index
    this.select.value = index
    const episode = this.episode = embedded(`episode-${index}`)
    this.tick = clamp(tick, 0, episode.ticks - 1)
    this.panels = episode.players.map((player, number) => new Panel(player, number, episode, this.about.keys))
    byId('views').replaceChildren(...this.panels.map(panel => panel.element))
    this.describe(episode)
    this.map = new PathMap(byId('map'), episode)
    this.timeline = new Timeline(byId('timeline'), episode, this.about.keys, to => this.go(to))
    this.length.textContent = ` of ${episode.ticks - 1}`
    this.layout()
    this.state.textContent = 'opening the videos'
    try {
      const frames = await Promise.all(episode.players.map((player, number) =>
        openFrames(player.video, bytes(byId(`video-${index}-${number}`).textContent), episode.fps)))
      if (turn !== this.opening) return frames.forEach(one => one.close())
      this.frames = frames
      this.shown = -1
      await this.show(this.tick)
    } catch (error) {
      this.state.textContent = `the videos cannot be shown: ${error.message}`
    }
  }

  describe (episode) {
    const badge = (text, style = '') => element('span', { class: `badge ${style}` }, text)
    byId('badges').replaceChildren(
      badge(episode.type), badge(episode.split, episode.split === 'quarantine' ? 'alert' : ''),
      badge(`${episode.players.length} players`), badge(`${(episode.ticks / episode.fps).toFixed(1)} s`),
      badge(`${episode.width}×${episode.height}`), ...episode.reasons.map(reason => badge(reason, 'alert')),
      ...(this.about.leftOut ? [badge(`${this.about.leftOut} more episodes did not fit`)] : []))
    const facts = Object.entries({ episode: episode.name, type: episode.type, tags: episode.tags.join(', ') || 'none', ...episode.about })
    byId('about-dialog').replaceChildren(element('h1', {}, episode.name),
      element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, shorten(value))])),
      element('button', { onclick: () => byId('about-dialog').close() }, 'Close'))
    this.events = episode.events.map(event => element('li',
      { style: event.player == null ? '' : `--ink: ${ink(event.player)}`, onclick: () => this.go(event.tick) },
      element('span', { class: 'num' }, String(event.tick)),
      element('span', {}, element('b', {}, event.kind), ` ${event.text}`)))
    byId('events').replaceChildren(...this.events)
  }

  layout () {
    const count = this.episode.players.length
    const columns = count <= 3 ? Math.min(count, window.innerWidth < 640 ? 1 : 3) : Math.ceil(Math.sqrt(count))
    byId('views').style.setProperty('--columns', columns)
    const rows = Math.ceil(count / columns)
    const below = byId('views').querySelector('.below').offsetHeight
    const room = byId('views').clientHeight / rows - below - 20
    const narrow = window.innerWidth <= 1000 // then the page scrolls, as the style says
    byId('views').style.setProperty('--tallest', narrow ? '50vh' : `${Math.max(150, room)}px`)
    this.redraw()
  }

  redraw () {
    this.timeline.resize()
    this.describeTick(this.tick)
  }

  // Decode the frame of every player, then draw them all at once.
  async show (tick) {
    if (!this.frames || this.busy) return
    this.busy = true
    const frames = this.frames
    try {
      const pictures = await Promise.all(frames.map(one => one.frame(tick)))
      if (frames === this.frames) {
        pictures.forEach((picture, player) => this.panels[player].draw(picture))
        this.shown = tick
        this.describeTick(tick)
        this.state.textContent = pictures.length === 1 ? `frame ${tick}` : `frame ${tick} in all ${pictures.length} views`
      }
    } catch (error) {
      if (frames === this.frames) this.state.textContent = `frame ${tick} cannot be decoded: ${error.message}`
      this.pause()
    }
    this.busy = false
    if (frames === this.frames && this.shown !== this.tick && !this.playing) await this.show(this.tick)
  }

  describeTick (tick) {
    this.panels.forEach(panel => panel.show(tick))
    this.map.show(tick)
    this.timeline.follow(tick)
    this.timeline.show(tick)
    if (document.activeElement !== this.input) this.input.value = tick
    this.time.textContent = `${(tick / this.episode.fps).toFixed(2)} s`
    this.markEvents(tick)
  }

  markEvents (tick) {
    let last = null
    this.episode.events.forEach((event, index) => {
      this.events[index].classList.toggle('past', event.tick <= tick)
      this.events[index].classList.toggle('now', event.tick === tick)
      if (event.tick <= tick) last = this.events[index]
    })
    if (last && last !== this.lastEvent) byId('events').scrollTop = last.offsetTop - byId('events').clientHeight / 2
    this.lastEvent = last
  }

  go (tick) {
    this.tick = clamp(Math.round(tick), 0, this.episode.ticks - 1)
    this.restartClock()
    this.show(this.tick)
    clearTimeout(this.linking)
    this.linking = setTimeout(() => history.replaceState(null, '', `#episode=${this.episode.name}&tick=${this.tick}`), 300)
  }

  step (ticks) {
    this.pause()
    this.go(this.tick + ticks)
  }

  toEvent (direction) {
    const ticks = this.episode.events.map(event => event.tick)
    const next = direction > 0 ? ticks.find(tick => tick > this.tick) : ticks.findLast(tick => tick < this.tick)
    if (next !== undefined) this.step(next - this.tick)
  }

  turn (by) {
    const count = this.about.episodes.length
    this.open((this.index + by + count) % count)
  }

  toggle () {
    if (this.playing) return this.pause()
    if (this.tick === this.episode.ticks - 1) this.tick = 0
    this.playing = true
    this.playButton.textContent = 'Pause'
    this.restartClock()
    requestAnimationFrame(() => this.play())
  }

  pause () {
    this.playing = false
    this.playButton.textContent = 'Play'
  }

  restartClock () {
    this.started = { time: performance.now(), tick: this.tick }
  }

  play () {
    if (!this.playing) return
    const ticks = (performance.now() - this.started.time) / 1000 * this.episode.fps * this.speed
    let tick = Math.floor(this.started.tick + ticks)
    if (tick >= this.episode.ticks) {
      if (!this.repeat) {
        this.pause()
        return this.go(this.episode.ticks - 1)
      }
      this.tick = tick = 0
      this.restartClock()
    }
    this.tick = tick
    if (tick !== this.shown) this.show(tick)
    requestAnimationFrame(() => this.play())
  }

  setSpeed (speed) {
    this.speed = speed
    this.speeds.value = speed
    this.restartClock()
  }

  toggleRepeat () {
    this.repeat = !this.repeat
    this.repeatButton.textContent = `Repeat: ${this.repeat ? 'on' : 'off'}`
    this.repeatButton.setAttribute('aria-pressed', this.repeat)
  }

  theme () {
    const dark = getComputedStyle(document.body).backgroundColor === 'rgb(20, 22, 26)'
    document.documentElement.dataset.theme = dark ? 'light' : 'dark'
    this.redraw()
  }
}

function shorten (value) {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > 300 ? `${text.slice(0, 300)} …` : text
}

window.app = new App()

'use strict'

/**
 * The hands of one player: turns a command, what a human does with keyboard and mouse within one tick, into packets,
 * and tells which actions of the recording that amounted to.
 *
 * A command is `{ keys: [names], yaw, pitch (turn in radians, + = left, up), cursor: [dx, dy] (GUI pixels), slot (0-8),
 * attack, use, drop, inventory, respawn (buttons) }`. The buttons act on what the crosshair points at, as in the game; while a
 * screen is open they act on the slot below its cursor, and nothing moves the player. Packets have the fields of newer
 * versions, too; older ones leave them out.
 */

const { target } = require('./crosshair')
const { poseOf } = require('./observer')
const { hasSeat, takeAlong } = require('./riding')
const { Screen } = require('./screen')

const KEYS = ['forward', 'back', 'left', 'right', 'jump', 'sneak', 'sprint']
const STEERING = ['forward', 'back', 'left', 'right']
const HAND = 0
const INTERACT = 0
const ENTITIES = /minecart$|_boat$/ // items that become no block
const DIG = { start: 0, cancel: 1, finish: 2 }
const DROP_ITEM = 4 // more statuses of the same packet
const RELEASE = 5
const NOWHERE = { x: 0, y: 0, z: 0 }
const BREAK_PAUSE = 5 // ticks after a block broke until a held button starts on the next
const USE_PAUSE = 4 // ticks between uses of a held button
const SWING = 6 // ticks
const EYES = { standing: 1.62, sneaking: 1.27 }
const EYES_OF_POSE = { swimming: 0.4, fall_flying: 0.4, spin_attack: 0.4, sleeping: 0.2 }
const PITCH_LIMIT = Math.PI / 2

class Controls {
  constructor (bot) {
    this.bot = bot
    this.screen = new Screen(bot)
    this.eyeHeight = EYES.standing
    this.swing = -1
    this.dig = null
    this.pause = { attack: 0, use: 0 }
    this.held = { attack: false, use: false }
    this.done = {}
  }

  /** Carries out the command, up to the player's own movement, which the clock brings. */
  apply (command) {
    this.done = {}
    if (command.respawn) this.bot.respawn()
    if (!this.bot.isAlive) return this.rest()
    if (command.inventory) this.toggle()
    if (this.screen.kind !== '') this.point(command)
    else if (this.bot.vehicle) this.ride(command)
    else this.play(command)
  }

  /** What the dead do. */
  rest () {
    this.press([])
    this.dig = null
    this.held = { attack: false, use: false }
  }

  play (command) {
    this.press(command.keys ?? [])
    this.select(command.slot)
    this.turn(command.yaw ?? 0, command.pitch ?? 0)
    this.attack(Boolean(command.attack))
    this.use(Boolean(command.use))
    if (command.drop) this.drop()
  }

  /** In a vehicle: the keys steer it, and one turns and gets out by oneself. */
  ride ({ keys = [], yaw = 0, pitch = 0 }) {
    this.press([])
    for (const key of STEERING) if (keys.includes(key)) this.done[key] = true
    const on = key => Number(keys.includes(key))
    this.bot.moveVehicle(on('left') - on('right'), on('forward') - on('back'))
    this.turn(yaw, pitch)
    this.tellView()
    if (!keys.includes('sneak')) return
    this.bot.dismount()
    this.done.dismount = true
  }

  /** What mineflayer tells only while its own body moves. */
  tellView () {
    const onGround = false
    this.bot._client.write('look', { ...this.heading(), onGround, flags: { onGround, hasHorizontalCollision: undefined } })
  }

  /** The view in degrees of the protocol. */
  heading () {
    const { yaw, pitch } = this.bot.entity
    return { yaw: degrees(Math.PI - yaw), pitch: degrees(-pitch) }
  }

  /** The same hands on an open screen. */
  point ({ keys = [], cursor: [dx, dy] = [0, 0], ...buttons }) {
    this.press([])
    this.mine(null)
    if (keys.includes('sneak')) this.done.sneak = true
    this.screen.move(dx, dy)
    for (const button of ['attack', 'use']) {
      const pressed = Boolean(buttons[button])
      if (pressed) this.done[button] = true
      if (pressed && !this.held[button]) this.screen.click(button, keys.includes('sneak'))
      this.held[button] = pressed
    }
  }

  toggle () {
    this.screen.toggle()
    this.done.inventory = true
  }

  drop () {
    this.done.drop = true
    this.sendDig(DROP_ITEM, this.bot.entity.position.floored(), 0)
  }

  press (keys) {
    for (const key of KEYS) {
      const on = keys.includes(key)
      this.bot.setControlState(key, on)
      if (on) this.done[key] = true
    }
  }

  select (slot) {
    if (slot == null || slot === this.bot.quickBarSlot) return
    this.bot.setQuickBarSlot(slot)
    this.done[`hotbar.${slot + 1}`] = true
  }

  turn (yaw, pitch) {
    const { entity } = this.bot
    entity.yaw = wrap(entity.yaw + yaw)
    entity.pitch = Math.max(-PITCH_LIMIT, Math.min(PITCH_LIMIT, entity.pitch + pitch))
  }

  attack (pressed) {
    const edge = pressed && !this.held.attack
    this.held.attack = pressed
    this.pause.attack = pressed ? this.pause.attack - 1 : 0
    const aim = pressed ? target(this.bot, this.eyeHeight) : null
    if (edge && aim?.entity) this.hit(aim.entity)
    else if (edge && !aim?.block) this.hit(null)
    this.mine(pressed && this.pause.attack <= 0 ? aim : null)
  }

  hit (entity) {
    if (entity) this.bot._client.write('use_entity', { target: entity.id, mouse: 1, sneaking: this.bot.getControlState('sneak') })
    this.startSwing()
    this.done.attack = true
  }

  /** Goes on digging what the crosshair points at, begins anew when that is another block, stops when it is none. */
  mine (aim) {
    const position = aim?.block?.position
    if (this.dig && !(position && this.dig.position.equals(position))) this.cancelDig()
    if (!position || aim.block.name === 'bedrock') return
    this.done.mine = true
    if (!this.dig) this.startDig(aim)
    this.dig.ticks++
    this.keepSwinging()
    if (this.dig.ticks >= this.dig.needed) this.finishDig()
  }

  startDig ({ block, face }) {
    const needed = Math.ceil(this.bot.digTime(block) / 50)
    this.dig = { position: block.position, face, needed, ticks: 0 }
    this.sendDig(DIG.start)
  }

  cancelDig () {
    this.sendDig(DIG.cancel)
    this.dig = null
  }

  finishDig () {
    if (this.dig.needed > 0) this.sendDig(DIG.finish) // what takes no time is broken by the start alone
    this.dig = null
    this.pause.attack = BREAK_PAUSE
  }

  sendDig (status, location = this.dig.position, face = this.dig.face) {
    this.bot._client.write('block_dig', { status, location, face, sequence: 0 })
  }

  use (pressed) {
    const edge = pressed && !this.held.use
    if (this.held.use && !pressed) this.sendDig(RELEASE, NOWHERE, 0)
    this.held.use = pressed
    this.pause.use--
    if (!pressed || !(edge || this.pause.use <= 0)) return
    this.pause.use = USE_PAUSE
    this.done.use = true
    const aim = target(this.bot, this.eyeHeight)
    if (aim?.entity && hasSeat(aim.entity)) return this.getInto(aim.entity)
    if (aim?.block) this.useOn(aim)
    if (!aim?.block || this.isFood(this.bot.heldItem)) this.useItem()
  }

  useItem () {
    const { yaw: x, pitch: y } = this.heading()
    this.bot._client.write('use_item', { hand: HAND, sequence: 0, rotation: { x, y } })
  }

  getInto (vehicle) {
    this.boarding = true
    this.bot._client.write('use_entity', { target: vehicle.id, mouse: INTERACT, hand: HAND, sneaking: false })
  }

  isFood (item) {
    return item != null && this.bot.registry.foodsByName[item.name] !== undefined
  }

  useOn ({ block, face, cursor }) {
    const { name, count = 0 } = this.bot.heldItem ?? {}
    this.placing = { count, slot: this.bot.quickBarSlot, key: ENTITIES.test(name) ? 'place_entity' : 'place_block' }
    this.bot._client.write('block_place', {
      hand: HAND,
      location: block.position,
      direction: face,
      cursorX: cursor.x,
      cursorY: cursor.y,
      cursorZ: cursor.z,
      insideBlock: false,
      worldBorderHit: false,
      sequence: 0
    })
  }

  startSwing () {
    this.bot._client.write('arm_animation', { hand: HAND })
    this.swing = 0
  }

  keepSwinging () {
    if (this.swing < 0 || this.swing >= SWING / 2) this.startSwing()
  }

  /** To be called when the tick's packets have arrived: what was done, as action columns. */
  settle () {
    this.screen.settle()
    if (this.placing) {
      const { count, slot, key } = this.placing
      const left = this.bot.inventory.slots[36 + slot]?.count ?? 0
      if (left < count) {
        this.done[key] = true
        this.done.use = false
        this.startSwing()
      }
      this.placing = null
    }
    if (this.boarding && this.bot.vehicle) Object.assign(this.done, { mount: true, use: false })
    this.boarding = false
    takeAlong(this.bot)
    if (this.swing >= 0 && ++this.swing >= SWING) this.swing = -1
    const goal = EYES_OF_POSE[poseOf(this.bot)] ?? (this.bot.getControlState('sneak') ? EYES.sneaking : EYES.standing)
    this.eyeHeight += (goal - this.eyeHeight) / 2 // as the game's camera does
    if (Math.abs(goal - this.eyeHeight) < 0.001) this.eyeHeight = goal
    return this.done
  }

  /** Crack stage 0-9 of the block being dug. */
  get digStage () {
    return this.dig ? Math.min(9, Math.floor(10 * this.dig.ticks / this.dig.needed)) : -1
  }
}

function degrees (angle) {
  return angle * 180 / Math.PI
}

function wrap (angle) {
  const turn = 2 * Math.PI
  return angle - turn * Math.floor(angle / turn)
}

module.exports = { Controls }

'use strict'

/** Reads the state of one player as the columns of the recording. Sends the inventory only when it changed. */

const { occupied, FIRST_OF_PLAYER } = require('./screen')

const HURT = 10 // ticks of red tint
const AIR = 300 // ticks of breath
const AIR_KEY = 1 // entity metadata
const POSE_KEY = 6
// Names of the protocol's poses that a player can have, in its order; later ones are of mobs.
const POSES = ['standing', 'fall_flying', 'sleeping', 'swimming', 'spin_attack', 'crouching', 'long_jumping', 'dying']

class Observer {
  constructor (bot, controls) {
    this.bot = bot
    this.controls = controls
    this.hurt = 0
    this.air = AIR
    this.inventory = null
    bot._client.on('entity_status', ({ entityId, entityStatus }) => {
      if (entityId === bot.entity?.id && entityStatus === 2) this.hurt = HURT + 1
    })
    bot._client.on('entity_metadata', ({ entityId, metadata }) => {
      if (entityId !== bot.entity?.id) return
      const air = metadata.find(({ key }) => key === AIR_KEY)
      if (air) this.air = Math.max(0, air.value)
    })
  }

  /** The STATE columns; `inventory` only if it differs from what was read last. */
  read () {
    const { bot, controls } = this
    if (this.hurt > 0) this.hurt--
    const { position, velocity, yaw, pitch, onGround, isInWater, isInLava } = bot.entity
    const keys = bot.controlState
    const dig = controls.dig?.position
    return {
      x: position.x,
      y: position.y,
      z: position.z,
      yaw,
      pitch,
      vx: velocity.x,
      vy: velocity.y,
      vz: velocity.z,
      eye_height: controls.eyeHeight,
      on_ground: Boolean(onGround),
      in_water: Boolean(isInWater),
      in_lava: Boolean(isInLava),
      sneaking: keys.sneak,
      sprinting: keys.sprint && keys.forward && !keys.sneak,
      pose: poseOf(bot),
      alive: bot.isAlive,
      health: bot.health,
      food: bot.food,
      air: this.air,
      vehicle: bot.vehicle?.id ?? null,
      xp_level: bot.experience?.level ?? 0,
      xp_progress: bot.experience?.progress ?? 0,
      hotbar_slot: bot.quickBarSlot ?? 0,
      held_item: bot.heldItem?.name ?? '',
      swing: controls.swing,
      hurt: this.hurt,
      dig_x: dig?.x ?? 0,
      dig_y: dig?.y ?? 0,
      dig_z: dig?.z ?? 0,
      dig_stage: controls.digStage,
      ...controls.screen.read(),
      ...this.changedInventory()
    }
  }

  changedInventory () {
    const items = occupied(this.bot.inventory.slots.slice(FIRST_OF_PLAYER), FIRST_OF_PLAYER)
    const key = JSON.stringify(items)
    if (key === this.inventory) return {}
    this.inventory = key
    return { inventory: items }
  }

  /** Makes the next `read` tell everything. */
  forget () {
    this.inventory = null
  }
}

/** The pose that the server tells of the player. */
function poseOf (bot) {
  return POSES[bot.entity.metadata?.[POSE_KEY]] ?? POSES[0]
}

module.exports = { Observer, poseOf }

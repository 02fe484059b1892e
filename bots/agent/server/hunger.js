'use strict'

/** Hunger by Minecraft's numbers: what players do tires them, then costs saturation, then food; eating gives both back. */

const FULL = 20
const EAT_TICKS = 32
const EATEN = 9 // entity status
const RELEASE = 5 // status of the digging packet: the use button is let go
const TIRED = 4 // exhaustion that costs one point
const SPRINT = 0.1 // exhaustion per block
const JUMP = { walking: 0.05, sprinting: 0.2 }
const SPRINTING = 0x08
const ALWAYS = /golden_apple|chorus_fruit|honey_bottle/ // can be eaten when full

const { spend } = require('./using')

module.exports.player = (player, serv) => {
  let exhaustion = 0
  let meal = null // { item, slot, until }
  player.food = FULL
  player.foodSaturation = 5

  player.exhaust = amount => {
    exhaustion += amount
    while (exhaustion >= TIRED) {
      exhaustion -= TIRED
      if (player.foodSaturation > 0) player.updateFoodSaturation(Math.max(0, player.foodSaturation - 1))
      else if (player.food > 0) player.updateFood(player.food - 1)
    }
  }

  let before = null
  for (const packet of ['position', 'position_look']) {
    player._client.on(packet, ({ x, y, z, onGround }) => {
      const sprinting = (player.flags & SPRINTING) !== 0
      if (before && sprinting) player.exhaust(Math.min(1, Math.hypot(x - before.x, z - before.z)) * SPRINT)
      if (before?.onGround && !onGround && y > before.y) player.exhaust(sprinting ? JUMP.sprinting : JUMP.walking)
      before = { x, y, z, onGround }
    })
  }

  player._client.on('use_item', () => {
    const item = player.inventory.slots[36 + player.heldItemSlot]
    if (meal || !item || !serv.registry.foodsByName[item.name]) return
    if (player.food >= FULL && !ALWAYS.test(item.name)) return
    meal = { name: item.name, slot: player.heldItemSlot, until: serv.tickCount + EAT_TICKS }
  })
  player._client.on('block_dig', ({ status }) => { if (status === RELEASE) meal = null })

  player.everyTick(() => {
    if (!meal) return
    const item = player.inventory.slots[36 + meal.slot]
    if (player.heldItemSlot !== meal.slot || item?.name !== meal.name || player.health <= 0) {
      meal = null
    } else if (serv.tickCount >= meal.until) {
      const { foodPoints, saturation } = serv.registry.foodsByName[item.name]
      meal = null
      spend(player)
      player.food = Math.min(FULL, player.food + foodPoints)
      player.updateFoodSaturation(Math.min(player.food, player.foodSaturation + saturation))
      player._client.write('entity_status', { entityId: player.id, entityStatus: EATEN })
    }
  })
}

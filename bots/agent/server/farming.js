'use strict'

/** Fields: hoes till, seeds are sown, crops grow by themselves and at once with bone meal, and give what they are worth. */

const { spend } = require('./using')

const CROPS = { // what is sown: crop and its last stage
  wheat_seeds: { block: 'wheat', ripe: 7 },
  carrot: { block: 'carrots', ripe: 7 },
  potato: { block: 'potatoes', ripe: 7 },
  beetroot_seeds: { block: 'beetroots', ripe: 3 }
}
const RIPE = Object.fromEntries(Object.values(CROPS).map(({ block, ripe }) => [block, ripe]))
const TILLED = /^(grass_block|dirt|dirt_path)$/
const MEAL_STAGES = [2, 5] // that bone meal brings, least and most
const GROW_TICKS = [300, 900] // to the next stage, least and most
const CROP = new RegExp(`^(${Object.keys(RIPE).join('|')})$`)

module.exports.server = serv => {
  const draw = ([least, most]) => least + Math.floor(serv.random() * (most - least + 1))

  function grow (position, stages) {
    const block = serv.blockAt(position)
    if (!CROP.test(block.name)) return false
    const { age } = block.getProperties()
    if (age >= RIPE[block.name]) return false
    serv.setProperties(block, { age: Math.min(RIPE[block.name], age + stages) })
    return true
  }

  function growLater (position) {
    serv.later(draw(GROW_TICKS), () => { if (grow(position, 1)) growLater(position) })
  }

  serv.onUseItem(/_hoe$/, (player, block) => {
    const above = serv.blockAt(block.position.offset(0, 1, 0))
    if (!TILLED.test(block.name) || above.boundingBox !== 'empty') return false
    if (above.name !== 'air') serv.breakBlock(above.position, null)
    serv.setBlock(serv.overworld, block.position, serv.stateOf('farmland'))
    player.wear('till')
    return true
  })

  serv.onUseItem(/^(wheat_seeds|carrot|potato|beetroot_seeds)$/, (player, block, item) => {
    const cell = block.position.offset(0, 1, 0)
    if (block.name !== 'farmland' || serv.blockAt(cell).name !== 'air') return false
    serv.setBlock(serv.overworld, cell, serv.stateOf(CROPS[item.name].block, { age: 0 }))
    spend(player)
    growLater(cell)
    return true
  })

  serv.onUseItem(/^bone_meal$/, (player, block) => {
    if (!grow(block.position, draw(MEAL_STAGES))) return false
    spend(player)
    return true
  })

  /** What a crop gives: its fruit only when it is ripe. */
  serv.harvest = block => {
    const ripe = block.getProperties().age >= RIPE[block.name]
    const seeds = Object.keys(CROPS).find(name => CROPS[name].block === block.name)
    const more = ripe ? Math.floor(serv.random() * 3) : 0
    const fruit = { wheat: 'wheat', beetroots: 'beetroot' }[block.name]
    if (!fruit) return [{ item: seeds, count: 1 + more }]
    return [...(ripe ? [{ item: fruit, count: 1 }] : []), { item: seeds, count: 1 + more }]
  }

  serv.isCrop = block => CROP.test(block.name)
}

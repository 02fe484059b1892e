"""Stacks of items as structs of the recording, however a version tells of wear and enchantments."""

from __future__ import annotations

import json
import subprocess

import pytest

from bots.bridge import AGENT, NODE

SCRIPT = """
const { occupied } = require('./screen')
const [version, items] = JSON.parse(process.argv[1])
const registry = require('prismarine-registry')(version)
const Item = require('prismarine-item')(registry)
const stacks = items.map(({ name, worn, enchanted }) => {
  const item = new Item(registry.itemsByName[name].id, 1)
  if (worn) item.durabilityUsed = worn
  if (enchanted && registry.supportFeature('itemsWithComponents')) {
    const data = { enchantments: [{ id: 1, level: 2 }], showTooltip: true }
    item.components.push({ type: 'enchantments', data })
    item.componentMap.set('enchantments', { type: 'enchantments', data })
  } else if (enchanted) {
    item.enchants = [{ name: 'sharpness', lvl: 2 }]
  }
  return item
})
console.log(JSON.stringify(occupied([null, ...stacks])))
"""
ITEMS = [
    {"name": "diamond_sword", "worn": 7, "enchanted": True},
    {"name": "iron_pickaxe"},
    {"name": "dirt"},
]


@pytest.mark.parametrize("version", ["1.18.2", "1.21.4"])
def test_wear_and_enchantments_are_told(version: str) -> None:
    command = [str(NODE), "-e", SCRIPT, json.dumps([version, ITEMS])]
    run = subprocess.run(command, cwd=AGENT, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == [
        {"slot": 1, "item": "diamond_sword", "count": 1, "damage": 7, "enchanted": True},
        {"slot": 2, "item": "iron_pickaxe", "count": 1, "damage": 0, "enchanted": False},
        {"slot": 3, "item": "dirt", "count": 1, "damage": 0, "enchanted": False},
    ]

"""Players craft: planks and sticks in their own inventories, then a tool at a table that they share."""

from __future__ import annotations

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script, wait
from bots.skills.building import equip
from bots.skills.contact import eye_contact
from bots.skills.crafting import Recipe, craft
from bots.skills.screens import close_screen, open_block, open_inventory
from bots.skills.sites import around, bring, find_level

P, S = "oak_planks", "stick"
TOOLS: dict[str, Recipe] = {  # slots of the table's field, row by row
    "wooden_pickaxe": {1: P, 2: P, 3: P, 5: S, 8: S},
    "wooden_axe": {1: P, 2: P, 4: P, 5: S, 8: S},
    "wooden_shovel": {2: P, 5: S, 8: S},
    "wooden_sword": {2: P, 5: P, 8: S},
    "wooden_hoe": {1: P, 2: P, 5: S, 8: S},
}


class CraftingAtTable(Episode):
    """Everybody makes a drawn tool."""

    name = "craftingAtTable"
    players = (2, 8)
    typical_seconds = 25
    kit = (("oak_log", 2),)

    def __init__(self, parameters: EpisodeParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.table = find_level(scene.terrain, scene.middle.cell(), 2)
        self.tools = {player.index: scene.rng.choice(sorted(TOOLS)) for player in scene.players}
        self.meeting = Meeting(len(scene.players))
        scene.note("crafting", cell=list(self.table), tools=list(self.tools.values()))

    def prepare(self) -> Script[None]:
        """Sets the table, and everybody around it."""
        self.scene.set_block(self.table, "crafting_table")
        for player in self.scene.players:
            bring(self.scene, player, around(self.table, player.index), self.table.centre())
        yield

    def script(self, player: Player) -> Script[None]:
        """Planks, sticks, a tool, and the tool in hand for another to see."""
        yield from wait(player.rng.randint(0, 30))
        yield from open_inventory(player)
        for _ in range(2):
            yield from craft(player, {1: "oak_log"}, P)
        yield from craft(player, {1: P, 3: P}, S)
        yield from close_screen(player)
        yield from open_block(player, self.table)
        yield from craft(player, TOOLS[self.tools[player.index]], self.tools[player.index])
        yield from close_screen(player)
        yield from self.meeting.wait()
        yield from equip(player, self.tools[player.index])
        yield from eye_contact(player, 20)

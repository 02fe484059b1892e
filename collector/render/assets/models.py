"""Resolves block-state and model files into elements with their textures.

Format: the game's resource-pack block-state and model JSON (variants, multipart, parents, elements).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from collector.render.assets.files import Assets, Json
from collector.render.assets.states import State

MAX_DEPTH = 32
# Models that the game has no file of, as it draws them itself, and the asset package none either.
SHELL = {"up": [3, 0, 6, 6], "down": [6, 0, 9, 6]} | {
    side: [3 * i, 6, 3 * i + 3, 12] for i, side in enumerate(("west", "north", "east", "south"))
}
BUILT_IN: dict[str, Json] = {
    "block/conduit": {
        "textures": {"shell": "block/entity/conduit/base", "particle": "block/conduit"},
        "elements": [
            {
                "from": [5, 5, 5],
                "to": [11, 11, 11],
                "faces": {side: {"texture": "#shell", "uv": uv} for side, uv in SHELL.items()},
            }
        ],
    }
}


@dataclass(frozen=True)
class Model:
    """A model with its parents merged in; texture references are resolved to texture names."""

    name: str
    elements: list[Json] = field(default_factory=list)
    textures: dict[str, str] = field(default_factory=dict)
    display: Json = field(default_factory=dict)
    ambient_occlusion: bool = True
    generated: bool = False
    side_lit: bool = True

    def texture(self, reference: str) -> str | None:
        """The texture that a face's reference such as `#side` leads to, or None."""
        for _ in range(MAX_DEPTH):
            # One of the game's files, of the heavy core, leaves out the sign of a reference.
            if "#" not in reference and reference not in self.textures:
                return reference
            target = self.textures.get(reference.rpartition("#")[2])
            if target is None:
                return None
            reference = target
        return None


@dataclass(frozen=True)
class Part:
    """A model as a block state places it: rotated by `x`, then `y` degrees about the cell's centre."""

    model: Model
    x: float = 0.0
    y: float = 0.0
    uvlock: bool = False


@dataclass(frozen=True)
class Variant:
    """One of the looks of a state; `weight` is its share."""

    weight: int
    parts: list[Part]


class Models:
    """Reads models and the variants of block states, each model once."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._models: dict[str, Model] = {}

    def model(self, name: str) -> Model:
        """The model with its parents merged; a missing file gives a model without elements."""
        name = name.removeprefix("minecraft:")
        if name not in self._models:
            self._models[name] = self._read(name)
        return self._models[name]

    def variants(self, state: State) -> list[Variant]:
        """The looks that a state can have; empty if the assets know none."""
        file = self._assets.blockstate(state.name)
        if file is None:
            return []
        if "multipart" in file:
            # Choices inside of a part are rare (fire, chorus): the first stands for all.
            parts = [
                self._part(first(entry["apply"]))
                for entry in file["multipart"]
                if matches(entry.get("when"), state.properties)
            ]
            return [Variant(1, parts)]
        for key, value in file["variants"].items():
            if matches(conditions(key), state.properties):
                choices = value if isinstance(value, list) else [value]
                parts = [dyed(self._part(choice), state) for choice in choices]
                weights = [int(choice.get("weight", 1)) for choice in choices]
                return [Variant(weight, [part]) for weight, part in zip(weights, parts, strict=True)]
        return []

    def _part(self, entry: Json) -> Part:
        return Part(
            self.model(entry["model"]),
            float(entry.get("x", 0)),
            float(entry.get("y", 0)),
            bool(entry.get("uvlock", False)),
        )

    def _read(self, name: str) -> Model:
        elements: list[Json] = []
        textures: dict[str, str] = {}
        display: Json = {}
        occlusion, light = True, None
        parent: str | None = name
        for _ in range(MAX_DEPTH):
            file = (BUILT_IN.get(parent) or self._assets.model(parent)) if parent else None
            if file is None or parent is None:
                break
            elements = elements or file.get("elements", [])
            textures = {**texture_names(file), **textures}
            display = {**file.get("display", {}), **display}
            occlusion = occlusion and bool(file.get("ambientocclusion", True))
            light = light or file.get("gui_light")
            parent = file.get("parent", "").removeprefix("minecraft:") or None
        generated = parent in ("builtin/generated", "item/generated") and not elements
        return Model(name, elements, textures, display, occlusion, generated, light != "front")


def dyed(part: Part, state: State) -> Part:
    """The part in the block's colour: the assets have one model for all shulker boxes, a white one."""
    colour, box, _ = state.name.partition("_shulker_box")
    if not box:
        return part
    model = part.model
    textures = {
        key: name.replace("shulker_white", f"shulker_{colour}") for key, name in model.textures.items()
    }
    return replace(part, model=replace(model, name=f"{model.name}:{colour}", textures=textures))


def texture_names(file: Json) -> dict[str, str]:
    """The textures of a model file; newer files wrap a name into an object with options."""
    entries = file.get("textures", {}).items()
    return {key: value if isinstance(value, str) else value["sprite"] for key, value in entries}


def conditions(key: str) -> dict[str, str]:
    """The conditions of a variant key such as `facing=north,half=bottom`."""
    return dict(pair.split("=", 1) for pair in key.split(",") if "=" in pair)


def matches(when: Any, properties: dict[str, str]) -> bool:
    """Whether a multipart or variant condition holds for these properties."""
    if not when:
        return True
    if "OR" in when:
        return any(matches(entry, properties) for entry in when["OR"])
    if "AND" in when:
        return all(matches(entry, properties) for entry in when["AND"])
    return all(properties.get(key) in str(value).lower().split("|") for key, value in when.items())


def first(choice: Any) -> Json:
    """The first of a list of choices, or the only one."""
    entry: Json = choice[0] if isinstance(choice, list) else choice
    return entry

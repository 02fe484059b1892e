"""Renders a recording: for every tick, the frame of every player."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.errors import RenderError
from collector.recording import Recording
from collector.render import kernel, kernel_aim, kernel_beam, sky
from collector.render.aim import Aim
from collector.render.assets import Assets, Picture, assets_of
from collector.render.camera import HAND_FOV, Camera, camera_of, half_angles
from collector.render.crowd import Crowd
from collector.render.facets import HIDDEN, Lens, tile_lists
from collector.render.hud import Hud, Status
from collector.render.items import Items
from collector.render.kernel import BLOCK, ENTITY, HAND, HUD, SKY, render
from collector.render.kernel_beam import BEAM, beam
from collector.render.kernel_types import Facet, Shadow, records
from collector.render.models import Models
from collector.render.runtime import best_device
from collector.render.states import States
from collector.render.targets import Targets
from collector.render.texels import TexelPool
from collector.render.tracks import Tracks
from collector.render.view import View
from collector.render.world import World, device_tables

LIFT = 0.002  # blocks that the outline stands off its block
BAND = 3 * BEAM  # rows per launch on the CPU: few enough to keep all threads busy to the end
WATER_FOG, WATER_FOG_END = (0.02, 0.06, 0.2), 64.0
LAVA_FOG, LAVA_FOG_END = (0.6, 0.1, 0.0), 2.0


@dataclass(frozen=True)
class Frame:
    """One picture of one player.

    `planes` holds what the view asked for: `rgb` uint8 [height, width, 3]; `depth` float32 [height, width]
    in blocks along the camera axis, infinite for the sky; `segment` uint16 [height, width], see
    `Renderer.segments`.
    """

    planes: dict[str, NDArray[Any]]
    camera: Camera


class Renderer:
    """Renders players' views of a recording.

    `players` are indices into the recording's players (default: all); `device` is a Warp device such as
    `cpu` or `cuda:0` (default: CUDA where there is one); `threads` counts CPU threads (default: all cores).
    The same recording and view give the same bytes on the same device, whatever the number of threads.
    `segments` names the ids of the segment plane; `stand_ins` what the assets lack and is drawn in place of
    by a chequered texture or a grey box.

    Raises:
        RenderError: the recording cannot be drawn: no world, unknown version or block states, no assets.
    """

    def __init__(
        self,
        recording: Recording,
        view: View,
        players: list[int] | None = None,
        device: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.recording, self.view = recording, view
        self.players = chosen_players(recording, players)
        best = best_device()
        self.device = device or best
        self._threads = threads or len(os.sched_getaffinity(0))
        assets = assets_of(recording.meta.minecraft)
        states, pool = States(assets), TexelPool()
        self._world = World(recording, assets, states, pool, self.device)
        offsets = {
            name: pool.add(f"fixed/{name}", picture, mipped=False)[0]
            for name, picture in fixed_pictures(assets).items()
        }
        self._tracks = Tracks(recording)
        items = Items(assets, states, pool, self._world.biomes)
        self._crowd = Crowd(recording, self._tracks, assets, items, pool, self._world)
        self._hud = Hud(assets, items, pool, view)
        self._shown: list[Status | None] = [None] * len(self.players)
        self._aim = Aim(self._world, states, Models(assets), self.device)
        self._tables = device_tables(self._world, states, pool, self.device)
        for name, offset in offsets.items():
            setattr(self._tables, name, offset)
        self._targets = Targets(len(self.players), view, self.device)
        self.segments = segment_names(states, self._crowd)
        self.stand_ins = frozenset(self._world.shapes.missing | items.missing | self._crowd.herd.stand_ins)
        # Compile (or fetch from Warp's cache) here: two threads would both compile at the first launch.
        for module in (kernel, kernel_beam, kernel_aim):
            wp.load_module(module, device=self.device)

    def frames(self, ticks: Iterable[int] | None = None) -> Iterator[list[Frame]]:
        """For every tick in turn (default: all), the frames of the players.

        Raises:
            RenderError: a tick is not in the recording, or the ticks do not ascend.
        """
        self._world.rewind()
        last, end = -1, self.recording.meta.ticks
        with ThreadPoolExecutor(self._threads) as pool:
            for tick in range(end) if ticks is None else ticks:
                if not last < tick < end:
                    raise RenderError(
                        f"tick {tick} cannot be rendered after tick {last}: "
                        f"the recording has ticks 0 to {end - 1}, and they are rendered in ascending order"
                    )
                last = tick
                yield self._draw(tick, pool)

    def _draw(self, tick: int, pool: ThreadPoolExecutor) -> list[Frame]:
        clock = self._tracks.clock(tick)
        self._world.advance(tick, clock)
        cameras = [self._look(tick, index, clock) for index in range(len(self.players))]
        self._tables.digs = self._digs(tick)
        self._outline()
        if self.view.hud:
            self._overlay(tick)
        self._tables.lightmaps = self._targets.lightmap_array()
        self._launch(
            [self._world.device, self._tables, *self._targets.inputs(*self._cast(tick, cameras))], pool
        )
        planes = self._targets.planes(self.view.planes)
        return [Frame(plane, camera) for plane, camera in zip(planes, cameras, strict=True)]

    def _cast(
        self, tick: int, cameras: list[Camera]
    ) -> tuple[NDArray[np.void], NDArray[np.int32], NDArray[np.int32]]:
        """Facets of all views, the range of each tile's list for bodies and hand, and the lists."""
        bodies = self._crowd.facets(tick)
        self._tables.shadows = wp.array(self._crowd.shadows(tick), dtype=Shadow, device=self.device)
        facets = [part for _, part in bodies] or [records(Facet, 0)]
        owner = np.repeat([player for player, _ in bodies], [len(part) for _, part in bodies])
        shared = np.concatenate(facets)
        facets, total = [shared], len(shared)
        tiles, items = np.zeros((*self._targets.tile_shape, 4), np.int32), [np.zeros(1, np.int32)]
        size = self.view.width, self.view.height
        for index, (player, camera) in enumerate(zip(self.players, cameras, strict=True)):
            axes = camera.pose[:3, :3].T * [[1], [-1], [1]]
            lens = Lens(
                camera.pose[:3, 3] - self._world.volume.origin, axes, half_angles(self.view, self.view.fov)
            )
            bounds = lens.boxes(shared)
            bounds[owner == player] = HIDDEN
            tile_lists(bounds, 0, size, tiles[index, ..., :2], items)
            if self.view.hand:
                hand = self._crowd.hand(tick, player, axes)
                bounds = Lens(np.zeros(3), np.diag([1.0, 1.0, -1.0]), half_angles(self.view, HAND_FOV)).boxes(
                    hand
                )
                tile_lists(bounds, total, size, tiles[index, ..., 2:], items)
                facets.append(hand)
                total += len(hand)
        return np.concatenate([*facets, records(Facet, 1)]), tiles, np.concatenate(items)

    def _look(self, tick: int, index: int, clock: sky.Clock) -> Camera:
        """Set one view's camera and sky for a tick."""
        row = self._tracks.state(tick, self.players[index])
        eye = np.array([row["x"], row["y"] + row["eye_height"], row["z"]], np.float64)
        camera = camera_of(eye, row["yaw"], row["pitch"], self.view)
        target, sky_ = self._targets.cameras[index], self._targets.skies[index]
        temperature, forward = self._world.temperature(eye), camera.pose[:3, 2]
        for name, value in sky.describe(clock, temperature, self.view.view_distance, forward).items():
            sky_[name] = value
        sky_["row"] = index
        self._targets.lightmaps[index] = self._world.lightmap
        target["player"] = self.players[index]
        target["eye"] = eye - self._world.volume.origin
        target["right"], target["up"], target["forward"] = (
            camera.pose[:3, 0],
            -camera.pose[:3, 1],
            camera.pose[:3, 2],
        )
        target["half"] = half_angles(self.view, self.view.fov)
        target["hand_half"] = half_angles(self.view, HAND_FOV)
        fluid = self._world.fluid(eye)
        fog, start, end = {
            0: (sky_["fog"], sky_["fog_start"], sky_["fog_end"]),
            16: (WATER_FOG, -8.0, WATER_FOG_END),
            32: (LAVA_FOG, 0.0, LAVA_FOG_END),
        }[fluid]
        target["inside"] = self._world.buried(eye)
        target["fluid"], target["fog"], target["fog_start"], target["fog_end"] = fluid, fog, start, end
        return camera

    def _digs(self, tick: int) -> wp.array:
        """The blocks that are being broken, as volume cells with their stage."""
        track = self._tracks.player
        digging = np.flatnonzero(track["dig_stage"][tick] >= 0)
        cells = np.stack([track[name][tick, digging] for name in ("dig_x", "dig_y", "dig_z", "dig_stage")], 1)
        cells[:, :3] -= np.array(self._world.volume.origin, cells.dtype)
        return wp.array(cells.astype(np.int32), dtype=wp.vec4i, device=self.device)

    def _outline(self) -> None:
        """Set the outline of each view's target."""
        cameras = self._targets.cameras
        cameras["target_bounds"] = HIDDEN
        if not self.view.hud:
            return
        targets = self._aim.targets(cameras["eye"], cameras["forward"], self._tables)
        for camera, target in zip(cameras, targets, strict=True):
            if target is not None:
                axes = np.stack([camera["right"], camera["up"], camera["forward"]])
                camera["target_low"], camera["target_high"] = target[0] - LIFT, target[1] + LIFT
                camera["target_bounds"] = Lens(camera["eye"], axes, tuple(camera["half"])).box_bounds(*target)

    def _overlay(self, tick: int) -> None:
        """Draw the HUDs that have changed."""
        changed = False
        for index, player in enumerate(self.players):
            status = self._tracks.status(tick, player)
            if self._shown[index] != status:
                self._shown[index], changed = status, True
                self._targets.hud[index] = self._hud.draw(status)
        if changed:
            self._targets.send_hud()

    def _launch(self, inputs: list[Any], pool: ThreadPoolExecutor) -> None:
        """Draw all views: bands on threads on the CPU, whole views on CUDA."""
        height = self.view.height
        band = BAND if self.device == "cpu" else -(-height // BAND) * BAND
        jobs = [
            pool.submit(self._draw_band, inputs, view, row, min(band, height - row))
            for view in range(len(self.players))
            for row in range(0, height, band)
        ]
        for job in jobs:
            job.result()

    def _draw_band(self, inputs: list[Any], view: int, row: int, rows: int) -> None:
        world, cameras, starts = inputs[0], inputs[3], self._targets.starts
        size = wp.vec2i(self.view.width, self.view.height)
        tiles = -(-rows // BEAM), starts.shape[2]
        wp.launch(beam, tiles, inputs=[world, cameras, starts, size, view, row // BEAM], device=self.device)
        run = self.view.width if self.device == "cpu" else 1
        parts = rows, -(-self.view.width // run)
        wp.launch(render, parts, inputs=[*inputs, view, row, run, np.inf], device=self.device)


def chosen_players(recording: Recording, players: list[int] | None) -> list[int]:
    """The players to render.

    Raises:
        RenderError: there is no such player.
    """
    count = len(recording.meta.players)
    chosen = list(range(count)) if players is None else list(players)
    if not chosen or any(not 0 <= player < count for player in chosen):
        raise RenderError(f"the recording has players 0 to {count - 1}; it cannot be rendered for {chosen}")
    return chosen


def fixed_pictures(assets: Assets) -> dict[str, Picture]:
    """The pictures that the kernel reads at any time, by their name in `Tables`."""
    stars = sky.star_map().reshape(-1, 512)
    return {
        "water_still": block_picture(assets, "water_still"),
        "water_flow": block_picture(assets, "water_flow"),
        "lava_still": block_picture(assets, "lava_still"),
        "lava_flow": block_picture(assets, "lava_flow"),
        "cracks": np.concatenate([block_picture(assets, f"destroy_stage_{i}") for i in range(10)]),
        "clouds": assets.picture("environment/clouds"),
        "sun": assets.picture("environment/sun"),
        "moon": assets.picture("environment/moon_phases"),
        "stars": np.repeat(stars[..., None], 4, -1),
        "shadow": assets.picture("misc/shadow"),
    }


def block_picture(assets: Assets, name: str) -> Picture:
    """A texture of the block atlas.

    Raises:
        RenderError: the asset package lacks it.
    """
    picture = assets.texture(f"block/{name}")
    if picture is None:
        raise RenderError(f"the asset package has no block texture {name}; install it anew")
    return picture


def segment_names(states: States, crowd: Crowd) -> dict[int, str]:
    """What the ids of the segment plane stand for."""
    names = {int(SKY): "sky", int(HAND): "hand", int(HUD): "hud"}
    names |= {int(BLOCK) + i: f"block:{block['name']}" for i, block in enumerate(states.blocks)}
    return names | {int(ENTITY) + i: name for i, name in enumerate(crowd.names())}

"""Renders a recording: for every tick, the frame of every player."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
import warp as wp
from numpy.typing import NDArray

from collector.errors import RenderError
from collector.recording import Recording
from collector.render.aim import Aim
from collector.render.assets.files import assets_of, node_modules
from collector.render.assets.models import Models
from collector.render.assets.states import States
from collector.render.assets.strips import Strips
from collector.render.assets.texels import TexelPool
from collector.render.bodies.cast import Cast, Caster, eye_axes
from collector.render.bodies.crowd import Crowd
from collector.render.bodies.facets import HIDDEN, Lens
from collector.render.bodies.items import Items
from collector.render.buffer import Buffer
from collector.render.camera import HAND_FOV, Camera, half_angles
from collector.render.fixed import fixed_pictures, segment_names
from collector.render.gaze import Gaze, eye_of
from collector.render.kernel import aim as kernel_aim
from collector.render.kernel.approach import LANES, approach_many, approach_one
from collector.render.kernel.render import render_full, render_plain
from collector.render.kernel.structs import Shadow
from collector.render.moving import MovingTextures, fluids
from collector.render.overlay.hud import Hud
from collector.render.overlay.status import Status
from collector.render.runtime import best_device
from collector.render.targets import Targets
from collector.render.tracks import Tracks
from collector.render.world import sky
from collector.render.world.world import World, device_tables
from collector.video.view import View

LIFT = 0.002  # blocks that the outline stands off its block
BAND = 24  # rows per launch on the CPU: few enough to keep all threads busy to the end
BATCH = 16  # ticks per launch on CUDA, as long as no block changes
WATER_FOG, WATER_FOG_END = (0.02, 0.06, 0.2), 64.0
LAVA_FOG, LAVA_FOG_END = (0.6, 0.1, 0.0), 2.0


@dataclass(frozen=True)
class Frame:
    """One picture of one player.

    `planes` holds what the view asked for, each [height, width]: `rgb` uint8 [.., 3]; `depth` float32, blocks
    along the camera axis, infinite for the sky; `segment` uint16, see `Renderer.segments`; `normals` float32
    [.., 3], the unit normal of the surface in the world's axes, zero for the sky; `flow` float32 [.., 2], how
    many pixels to the right and down what is seen is at the next tick, NaN where it cannot be followed.
    """

    planes: dict[str, NDArray[Any]]
    camera: Camera


class Renderer:
    """Renders players' views of a recording.

    `players` are indices into the recording's players (default: all); `device` is a Warp device such as
    `cpu` or `cuda:0` (default: CUDA where there is one); `threads` counts CPU threads (default: all cores);
    `batch` is how many ticks go into one launch as long as no block changes (default: 16 on CUDA, else 1).
    The same recording and view give the same bytes on the same device, whatever the threads and the batch.
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
        batch: int | None = None,
    ) -> None:
        self.recording, self.view = recording, view
        self.players = chosen_players(recording, players)
        best = best_device()
        self.device = device or best
        self._threads = threads or len(os.sched_getaffinity(0))
        self._batch = batch or (1 if self.device == "cpu" else BATCH)
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
        self._gaze = Gaze(self._tracks, view, self._world)
        self._caster = Caster(self._crowd, self._gaze, view, self._world.volume.origin)
        self._hud = Hud(assets, items, self._crowd.players, pool, view)
        self._aim = Aim(self._world, states, Models(assets), self.device)
        self._tables = device_tables(self._world, states, pool, self.device)
        for name, offset in offsets.items():
            setattr(self._tables, name, offset)
        self._moving = MovingTextures(
            Strips(assets.version, node_modules()), pool, fluids(self._world.shapes), items.glint
        )
        views = len(self.players) * self._batch
        self._shown: list[Status | None] = [None] * views
        self._targets = Targets(views, view, self.device)
        self._digging, self._shadows = Buffer(wp.vec4i, self.device), Buffer(Shadow, self.device)
        for cameras in (self._targets.cameras, self._targets.follows):
            cameras["hand_half"] = half_angles(view, HAND_FOV)
        self.segments = segment_names(states, self._crowd.names())
        self.stand_ins = frozenset(self._world.shapes.missing | items.missing | self._crowd.missing())
        # Compile (or fetch from Warp's cache) here: two threads would both compile at the first launch.
        self._approach = approach_many if self.device == "cpu" else approach_one
        self._kernel = leanest_kernel(recording, view)
        for module in (self._approach.module, self._kernel.module, kernel_aim):
            wp.load_module(module, device=self.device)

    def frames(self, ticks: Iterable[int] | None = None) -> Iterator[list[Frame]]:
        """For every tick in turn (default: all), the frames of the players.

        Raises:
            RenderError: a tick is not in the recording, or the ticks do not ascend.
        """
        self._world.rewind()
        with ThreadPoolExecutor(self._threads) as pool:
            batch: list[int] = []
            for tick in self._checked(range(self.recording.meta.ticks) if ticks is None else ticks):
                if batch and (len(batch) == self._batch or self._changes(batch[-1], tick)):
                    yield from self._draw(batch, pool)
                    batch = []
                if not batch:
                    self._world.advance(tick)
                batch.append(tick)
            if batch:
                yield from self._draw(batch, pool)

    def stand_in_counts(self) -> dict[str, int]:
        """How often each of `stand_ins` is in the recording: blocks, entities; 1 for what is not counted."""
        counts = {}
        for name in sorted(self.stand_ins):
            kind, _, rest = name.partition(":")
            counts[name] = {"block": self._world.count, "entity": self._crowd.count}.get(kind, one)(rest)
        return counts

    def _changes(self, before: int, tick: int) -> bool:
        """Whether a tick cannot be drawn together with the one before it."""
        return self._world.changes(tick) or self._moving.changes(before, tick)

    def _checked(self, ticks: Iterable[int]) -> Iterator[int]:
        last, end = -1, self.recording.meta.ticks
        for tick in ticks:
            if not last < tick < end:
                raise RenderError(
                    f"tick {tick} cannot be rendered after tick {last}: "
                    f"the recording has ticks 0 to {end - 1}, and they are rendered in ascending order"
                )
            last = tick
            yield tick

    def _draw(self, batch: list[int], pool: ThreadPoolExecutor) -> list[list[Frame]]:
        """The frames of some ticks, between which no block changes, with one launch for all."""
        cast, cameras = self._targets.cast(), []
        digs: list[NDArray[np.int32]] = []
        shadows: list[NDArray[np.void]] = []
        for place, tick in enumerate(batch):
            self._world.light_up(self._tracks.clock(tick), self.view.brightness)
            cameras += self._tick(tick, place * len(self.players), cast, digs, shadows)
        self._tables.digs = self._digging.fill(np.concatenate(digs))
        self._tables.shadows = self._shadows.fill(np.concatenate(shadows))
        self._moving.show(batch[0], self._tables.texels)
        self._outline()
        self._overlay(batch)
        self._tables.lightmaps = self._targets.lightmap_array()
        self._launch(len(cameras), [self._world.device, self._tables, *self._targets.inputs(cast)], pool)
        planes = self._targets.planes(self.view.planes, len(cameras))
        frames = [Frame(plane, camera) for plane, camera in zip(planes, cameras, strict=True)]
        return [frames[i : i + len(self.players)] for i in range(0, len(frames), len(self.players))]

    def _tick(
        self,
        tick: int,
        first: int,
        cast: Cast,
        digs: list[NDArray[np.int32]],
        shadows: list[NDArray[np.void]],
    ) -> list[Camera]:
        """Set the views of a tick from place `first` on, and add what there is to see."""
        digs.append(self._digs(tick))
        shadows.append(self._crowd.shadows(tick))
        following = min(tick + 1, self.recording.meta.ticks - 1)
        cameras, views = [], slice(first, first + len(self.players))
        for index, player in enumerate(self.players, first):
            cameras.append(self._look(tick, index, player))
            if "flow" in self.view.planes:
                follow = self._gaze.camera(following, player)
                set_camera(self._targets.follows[index], follow, self._world.volume.origin)
        if following == tick:
            self._targets.follows[views]["forward"] = 0  # nothing can be seen from there
        for name, parts in (("digs", digs), ("shadows", shadows)):
            end = sum(len(part) for part in parts)
            self._targets.cameras[views][name] = end - len(parts[-1]), end
        seen = list(zip(range(first, first + len(self.players)), self.players, cameras, strict=True))
        self._caster.tick(cast, tick, following, seen)
        return cameras

    def _look(self, tick: int, index: int, player: int) -> Camera:
        """Set one view's camera and sky for a tick."""
        eye = eye_of(self._tracks.state(tick, player))
        camera, clock = self._gaze.camera(tick, player), self._tracks.clock(tick)
        target, sky_ = self._targets.cameras[index], self._targets.skies[index]
        temperature, forward = self._world.temperature(eye), camera.pose[:3, 2]
        for name, value in sky.describe(clock, temperature, self.view.view_distance, forward).items():
            sky_[name] = value
        sky_["row"] = index
        self._targets.lightmaps[index] = self._world.lightmap
        set_camera(target, camera, self._world.volume.origin)
        target["player"] = player
        fluid = self._world.fluid(eye)
        fog, start, end = {
            0: (sky_["fog"], sky_["fog_start"], sky_["fog_end"]),
            16: (WATER_FOG, -8.0, WATER_FOG_END),
            32: (LAVA_FOG, 0.0, LAVA_FOG_END),
        }[fluid]
        target["inside"] = self._world.buried(eye)
        target["fluid"], target["fog"], target["fog_start"], target["fog_end"] = fluid, fog, start, end
        return camera

    def _digs(self, tick: int) -> NDArray[np.int32]:
        """The blocks that are being broken, as volume cells with their stage."""
        track = self._tracks.player
        digging = np.flatnonzero(track["dig_stage"][tick] >= 0)
        cells = np.stack([track[name][tick, digging] for name in ("dig_x", "dig_y", "dig_z", "dig_stage")], 1)
        cells[:, :3] -= np.array(self._world.volume.origin, cells.dtype)
        return cells.astype(np.int32)

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

    def _overlay(self, batch: list[int]) -> None:
        """Draw the HUDs that have changed."""
        if not self.view.hud:
            return
        changed = False
        for index, (tick, player) in enumerate((tick, player) for tick in batch for player in self.players):
            status = self._tracks.status(tick, player)
            if self._shown[index] != status:
                self._shown[index], changed = status, True
                self._targets.hud[index] = self._hud.draw(status, player)
        if changed:
            self._targets.send_hud()

    def _launch(self, views: int, inputs: list[Any], pool: ThreadPoolExecutor) -> None:
        """Draw the first `views` views: bands on threads on the CPU, all at once on CUDA."""
        height = self.view.height
        if self.device != "cpu":
            self._draw_band(inputs, 0, views, 0, height)
            return
        jobs = [
            pool.submit(self._draw_band, inputs, view, 1, row, min(BAND, height - row))
            for view in range(views)
            for row in range(0, height, BAND)
        ]
        for job in jobs:
            job.result()

    def _draw_band(self, inputs: list[Any], view: int, views: int, row: int, rows: int) -> None:
        world, cameras, starts = inputs[0], inputs[3], self._targets.starts
        size = wp.vec2i(self.view.width, self.view.height)
        lanes, run = (LANES, self.view.width) if self.device == "cpu" else (1, 1)
        parts = views, rows, -(-self.view.width // lanes)
        wp.launch(self._approach, parts, inputs=[world, cameras, starts, size, view, row], device=self.device)
        parts = views, rows, -(-self.view.width // run)
        rest = [size, view, row, run, self.view.supersampling, np.inf, np.nan]
        wp.launch(self._kernel, parts, inputs=[*inputs, *rest], device=self.device)


def leanest_kernel(recording: Recording, view: View) -> wp.Kernel:
    """The kernel that can do what is wanted, and no more."""
    rain = pc.max(recording.ticks["rain"]).as_py() > 0
    full = rain or view.supersampling > 1 or not {"normals", "flow"}.isdisjoint(view.planes)
    return render_full if full else render_plain


def one(_: str) -> int:
    """The count of what is not counted."""
    return 1


def set_camera(target: NDArray[np.void], camera: Camera, origin: tuple[int, int, int]) -> None:
    """Write a camera's place, axes and field of view into a record of the kernel."""
    target["eye"] = camera.pose[:3, 3] - origin
    target["right"], target["up"], target["forward"] = eye_axes(camera)
    target["half"] = camera.half


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

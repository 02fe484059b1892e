"""The page works in a real browser, from a file, and shows the same frame of every player."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from collector.dataset import Draft, publish
from collector.dataset.formats import export, import_folder
from collector.errors import DatasetError
from collector.recording import Recording
from collector.video.encode import Encoding
from collector.viewer import write_page
from tests.dataset.synthetic import collect, play

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TICKS = 90
BITS = 7
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

# The tick, read from the bars that `numbered` draws.
READ_TICKS = """() => app.panels.map(({ canvas }) => {
  const { width, height } = canvas
  const pixels = canvas.getContext('2d').getImageData(0, height / 2, width, 1).data
  let tick = 0
  for (let bit = 0; bit < 7; bit++) {
    const x = Math.floor((bit + 0.5) * width / 7)
    if (pixels[4 * x] > 127) tick += 2 ** bit
  }
  return tick
})"""


def numbered(folder: Path, recording: Recording, encoding: Encoding | None = None) -> Draft:
    """An episode whose pictures show their own number, as bars of black and white."""
    draft = Draft(folder, recording, 112, 64, encoding=encoding)
    for player in range(len(recording.meta.players)):
        with draft.video(player) as video:
            for tick in range(recording.meta.ticks):
                bars = [255 * (tick >> bit & 1) for bit in range(BITS)]
                line = np.repeat(np.array(bars, np.uint8), 16)
                video.write(np.broadcast_to(line[None, :, None], (64, 112, 3)))
                draft.note_visible(
                    player, np.array([0, tick // 3, 0], np.int32)[: len(recording.meta.players)]
                )
    return draft


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("viewer")
    drafts = [
        numbered(folder / name, play(folder / f"{name}.r", episode=name, players=players, ticks=TICKS))
        for name, players in (("a", 2), ("b", 3))
    ]
    publish(folder / "d", drafts, task="t0")
    collect(folder / "w", folder / "d", "t1", refused={"ok": False, "ticks": 10})
    write_page(folder / "d", folder / "view.html")
    return folder / "view.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: errors.append(request.url) if request.url.startswith("http") else None)
    page.goto(page_file.as_uri())
    shown(page, 0)
    yield page
    page.close()
    assert not errors


def shown(page: Page, tick: int) -> None:
    page.wait_for_function(f"app.shown === {tick} && !app.busy", timeout=10_000)


def test_a_page_is_one_file_without_addresses(page_file: Path) -> None:
    text = re.sub(r'<script id="video[^<]*</script>', "", page_file.read_text())
    assert not re.findall(r'(?:src|href|url)\s*[=(:]\s*["\']?(?!data:)(?:https?:|//|\w+\.(?:js|css))', text)
    assert text.count("<html") == 1


def test_nothing_in_the_data_can_end_its_element(tmp_path: Path) -> None:
    recording = play(tmp_path / "r", kind="</script><b>", ticks=2)
    publish(tmp_path / "d", [numbered(tmp_path / "w", recording)], task="t")
    write_page(tmp_path / "d", tmp_path / "v.html")
    assert "</script><b>" not in (tmp_path / "v.html").read_text()


def test_tells_what_is_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 4}, b={"ticks": 4}, c={"ticks": 4})
    seen: list[str] = []
    page = write_page(tmp_path / "d", tmp_path / "v.html", on_episode=seen.append)
    assert list(page.episodes) == seen == ["a", "b", "c"]
    assert page.bytes == (tmp_path / "v.html").stat().st_size
    monkeypatch.setattr("collector.viewer.page.PAGE_BYTES", 1)
    small = write_page(tmp_path / "d", tmp_path / "v.html", episodes=["c", "a"])
    assert (small.episodes, small.left_out) == (("c",), ("a",))
    with pytest.raises(DatasetError, match="no episode 'z'"):
        write_page(tmp_path / "d", tmp_path / "v.html", episodes=["z"])
    assert not list(tmp_path.glob("*.partial"))


@needs_chromium
def test_every_view_shows_the_frame_that_is_asked_for(page: Page) -> None:
    for tick in (0, 1, 17, 16, 15, 40, 89, 3):
        page.evaluate(f"app.go({tick})")
        shown(page, tick)
        assert page.evaluate(READ_TICKS) == [tick, tick]


@needs_chromium
def test_every_view_shows_the_same_frame_while_it_plays(page: Page) -> None:
    page.evaluate(
        f"""() => {{
          const read = {READ_TICKS}
          window.seen = []
          const describe = app.describeTick
          app.describeTick = function (tick) {{
            if (this.playing) seen.push([tick, ...read()])
            return describe.call(this, tick)
          }}
        }}"""
    )
    page.keyboard.press("Space")
    page.wait_for_function("seen.length > 30", timeout=10_000)
    page.keyboard.press("Space")
    seen = page.evaluate("seen")
    assert all(len(set(ticks)) == 1 for ticks in seen)
    assert len({ticks[0] for ticks in seen}) > 20


@needs_chromium
def test_keys_step_and_jump(page: Page) -> None:
    for key, tick in (
        ("ArrowRight", 1),
        ("Shift+ArrowRight", 21),
        ("ArrowLeft", 20),
        ("End", 89),
        ("Home", 0),
        ("ArrowRight", 1),
        ("p", 0),
    ):
        page.keyboard.press(key)
        shown(page, tick)
    page.keyboard.press("]")
    page.wait_for_function("app.episode.name === 'b' && app.shown === 0")
    assert page.evaluate(READ_TICKS) == [0, 0, 0]
    page.keyboard.press("[")
    page.wait_for_function("app.episode.name === 'a' && app.shown === 0")


@needs_chromium
def test_the_timeline_is_dragged_and_zoomed(page: Page) -> None:
    box = page.locator("#timeline").bounding_box()
    assert box is not None
    left = box["x"] + page.evaluate("LEFT")
    page.mouse.click(left + (box["width"] - page.evaluate("LEFT")) * 0.5, box["y"] + 40)
    shown(page, TICKS // 2)
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"app.timeline.to - app.timeline.from < {TICKS}")


@needs_chromium
def test_shows_what_is_pressed_and_how_the_player_is(page: Page, page_file: Path) -> None:
    page.evaluate("app.go(3)")
    shown(page, 3)
    first = page.locator(".view").first
    # The synthetic player presses its keys in turn; the fourth is `right`.
    assert first.locator(".key.on").all_text_contents() == ["D"]
    assert "stone" in first.inner_text()
    assert "0.30  64.00  0.00" in first.inner_text()
    assert "8.6°" in first.inner_text()
    assert first.locator(".chip.on").all_text_contents() == ["on ground"]
    assert "Bravo" in first.locator(".values").inner_text()
    page.evaluate("app.go(2)")
    shown(page, 2)
    assert "nobody" in first.locator(".values").inner_text()


@needs_chromium
def test_the_theme_changes(page: Page) -> None:
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after


@needs_chromium
def test_refused_episodes_say_why(page: Page) -> None:
    page.select_option("#chooser select", label="refused (quarantined)")
    page.wait_for_function("app.episode.name === 'refused' && app.shown === 0")
    assert "could not reach the midpoint" in page.inner_text("#badges")


@needs_chromium
def test_an_address_opens_an_episode_at_a_tick(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    page.goto(f"{page_file.as_uri()}#episode=b&tick=33")
    shown(page, 33)
    assert page.evaluate(READ_TICKS) == [33, 33, 33]
    page.close()


@needs_chromium
def test_a_browser_without_webcodecs_shows_the_same_frames(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    page.add_init_script("delete window.VideoDecoder")
    page.goto(page_file.as_uri())
    for tick in (0, 30, 29, 89):
        page.evaluate(f"app.go({tick})")
        shown(page, tick)
        assert page.evaluate(READ_TICKS) == [tick, tick]
    page.close()


@needs_chromium
def test_imported_episodes_are_shown_without_what_is_unknown(browser: Browser, tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 12})
    export(tmp_path / "d", "solaris", tmp_path / "out")
    for path in [*tmp_path.glob("out/**/*_rows.parquet"), *tmp_path.glob("out/**/*_episode_info.json")]:
        path.unlink()
    import_folder(tmp_path / "out", tmp_path / "d2")
    write_page(tmp_path / "d2", tmp_path / "v.html")
    page = browser.new_page()
    page.goto((tmp_path / "v.html").as_uri())
    shown(page, 0)
    assert page.locator(".view").first.inner_text().count("unknown") == 4
    page.close()


@needs_chromium
def test_videos_that_browsers_do_not_play_are_coded_anew(browser: Browser, tmp_path: Path) -> None:
    made = numbered(tmp_path / "w", play(tmp_path / "r", ticks=40), Encoding(codec="mpeg2video"))
    publish(tmp_path / "d", [made], task="t")
    write_page(tmp_path / "d", tmp_path / "v.html")
    page = browser.new_page()
    page.goto((tmp_path / "v.html").as_uri())
    for tick in (0, 39, 17):
        page.evaluate(f"app.go({tick})")
        shown(page, tick)
        assert page.evaluate(READ_TICKS) == [tick, tick]
    page.close()


def opens_a_chest(tick: int, player: int, row: dict[str, Any]) -> None:
    """From tick 4 on, the first player moves the cursor of a chest's screen to the right."""
    row["window"] = "chest" if player == 0 and tick >= 4 else ""
    if row["window"]:
        row.update({"cursor_x": 10.0 * (tick - 4), "cursor_y": 84.0})


@needs_chromium
def test_the_way_of_the_cursor_is_drawn_over_the_picture(browser: Browser, tmp_path: Path) -> None:
    recording = play(tmp_path / "r", ticks=20, change=opens_a_chest)
    made = Draft(tmp_path / "w", recording, 320, 240)
    for player in range(2):
        with made.video(player) as video:
            for _ in range(20):
                video.write(np.full((240, 320, 3), 90, np.uint8))
    publish(tmp_path / "d", [made], task="t")
    write_page(tmp_path / "d", tmp_path / "v.html")
    page = browser.new_page()
    page.goto((tmp_path / "v.html").as_uri())
    drawn = """() => app.panels.map(({ canvas }) => {
      const pixels = canvas.getContext('2d').getImageData(0, 120, canvas.width, 1).data
      const columns = []
      for (let x = 0; x < canvas.width; x++) {
        const colours = [pixels[4 * x], pixels[4 * x + 1], pixels[4 * x + 2]]
        if (Math.max(...colours) - Math.min(...colours) > 40) columns.push(x)
      }
      return columns.length ? [Math.min(...columns), Math.max(...columns)] : null
    })"""
    shown(page, 0)
    assert page.evaluate(drawn) == [None, None]
    page.evaluate("app.go(14)")
    shown(page, 14)
    (first, last), other = page.evaluate(drawn)
    assert other is None
    left = (320 - 176) // 2
    assert first == pytest.approx(left, abs=20), "it fades"
    assert last == pytest.approx(left + 100, abs=5)
    page.close()


@needs_chromium
def test_a_damaged_video_is_told(browser: Browser, page_file: Path, tmp_path: Path) -> None:
    text = page_file.read_text()
    match = re.search(r'<script id="video-0-1" type="text/plain">([^<]*)', text)
    assert match is not None
    data = match.group(1)
    broken = tmp_path / "broken.html"
    broken.write_text(text.replace(data, data[:2400] + "A" * (len(data) - 2400)))
    page = browser.new_page()
    page.goto(broken.as_uri())
    page.wait_for_function("window.app && app.frames")
    page.evaluate("app.go(40)")
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('cannot be')")
    page.close()


def test_the_data_is_json(page_file: Path) -> None:
    match = re.search(r'<script id="episode-0" type="application/json">(.*?)</script>', page_file.read_text())
    assert match is not None
    episode = json.loads(match.group(1))
    assert episode["ticks"] == TICKS
    assert all(len(player["pressed"]) == TICKS for player in episode["players"])

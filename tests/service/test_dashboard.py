"""The dashboard in a real Chromium, on a real service: submit a job, watch it, play an episode."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from collector.api.client import Client
from tests.jobs.conftest import spec
from tests.service.conftest import Running

CHROMIUM = shutil.which("chromium")

# Pairs of fields and buttons of a page that lie over one another.
OVERLAPPING = """() => {
  const parts = [...document.querySelectorAll('main label, main button, header a, header button')]
  const found = parts.filter(part => part.checkVisibility())
    .map(part => ({ name: part.textContent.trim(), box: part.getBoundingClientRect() }))
  const along = (a, b, from, to) => a[from] < b[to] - 1 && b[from] < a[to] - 1
  const over = (a, b) => along(a, b, 'left', 'right') && along(a, b, 'top', 'bottom')
  return found.flatMap((one, index) => found.slice(index + 1).filter(other => over(one.box, other.box))
    .map(other => `${one.name} and ${other.name}`))
}"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium"),
]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser page; the test fails on any error in its console."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=request.param)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(30_000)
        yield page
        browser.close()
    # Browsers tell of every answer that is an error; these are what tests ask for.
    assert not [error for error in errors if "422" not in error and "503" not in error]


@pytest.mark.parametrize("page", ["light"], indirect=True)
def test_a_job_is_queued_with_the_keyboard_watched_and_played(page: Page, service: Running) -> None:
    page.goto(service.url)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New job")).to_be_visible()
    page.get_by_label("straightLineWalk").fill("1")
    page.get_by_label("Dataset").fill("by-hand")
    page.get_by_label("Width").fill("64")
    page.get_by_label("Height").fill("8")
    page.get_by_role("button", name="Queue the job").click()
    expect(page.get_by_role("alert")).to_contain_text("64x64")
    page.get_by_label("Height").fill("64")
    page.get_by_label("Validation").fill("1")
    page.get_by_role("button", name="Queue the job").click()
    expect(page.get_by_role("alert")).to_contain_text("they add up to 2")
    expect(page.get_by_label("Validation")).to_have_attribute("aria-invalid", "true")
    page.locator("[name='split.train']").fill("0")
    page.locator("[name='split.test']").fill("0")
    page.get_by_role("button", name="Queue the job").click()
    page.wait_for_url("**/jobs/*")
    # No reload: the page keeps itself up to date.
    expect(page.locator("#head .state")).to_have_text("done", timeout=90_000)
    expect(page.locator("#tiles")).to_contain_text("1 / 1")
    page.get_by_role("link", name="Episodes").click()
    expect(page.locator("#plots")).to_contain_text("All players of 1 episode")
    expect(page.get_by_text("world: train 0, val 1, test 0")).to_be_visible()
    expect(page.get_by_role("img", name="Map of positions")).to_be_visible()
    assert page.locator("#plots svg rect").count() > 20
    page.locator("tbody a").first.click()
    player = page.frame_locator("iframe.viewer")
    expect(player.locator("canvas.picture")).to_have_count(2)
    before = player.locator("#timeline").get_attribute("aria-valuenow")
    player.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    assert player.locator("#timeline").get_attribute("aria-valuenow") != before


@pytest.mark.parametrize("page", ["light"], indirect=True)
def test_a_page_whose_stream_was_refused_keeps_up_again(page: Page, service: Running) -> None:
    page.route("**/v1/events", lambda route: route.fulfill(status=503), times=1)
    page.goto(service.url)
    with Client(service.url) as client:
        job = client.submit(spec(dataset="refused"), "refused").id
        client.cancel(job)
    expect(page.locator(f"a[href='/jobs/{job}']").first).to_be_visible(timeout=20_000)


def test_every_page_can_be_read(page: Page, service: Running) -> None:
    for path, heading in (
        ("/", "Jobs"),
        ("/new", "New job"),
        ("/datasets", "Datasets"),
        ("/workers", "Workers"),
    ):
        page.goto(service.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.evaluate(OVERLAPPING) == []
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.keyboard.press("t")
    assert page.evaluate(ground) != before
    page.reload()
    assert page.evaluate(ground) != before

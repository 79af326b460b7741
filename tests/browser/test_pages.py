"""The pages in a real browser, opened from the disk as from a file share."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from flows.sources.review_inbox import take_in_reviews
from models.audio.redacted_copy import write_redacted
from models.call import Role
from qa_rules.results import Outcome
from tests.warehouse.factory import GREETING, NIGHT, TIME_ZONE, night, result, turn
from warehouse.audio_folder import AudioFolder
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Review
from warehouse.reports.management.targets import read_targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from qa_rules.results import CallResult

pytestmark = pytest.mark.browser

_RECORDING = Path(__file__).parents[1] / "night" / "calls" / "lt-0010.wav"
_DURATION_S = 36.0
_PLAYED_S = 1.5  # what may have played since
_WIDTHS = {"desk": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
_KINDS = (
    *("index", "list", "lists", "call", "agent", "team", "coaching", "report"),
    *("cards", "card-month", "open", "my-open-flags", "dictionary", "search"),
)
_REVIEW = Review(
    review_id="r1",
    call_id="heard",
    scorecard_id="service",
    question="greeting",
    occasion="flag",
    machine_value="no",
    human_value="yes",
    reviewer_id="s1",
    reviewed_at=NIGHT,
    reason="The greeting is there.",
)
_EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"


@dataclass(frozen=True)
class _Home:
    """A published night of three calls."""

    site: Site
    list: Path

    def page_of(self, call_id: str) -> Path:
        (path,) = self.site.calls.rglob(f"{call_id}-*.html")
        return path

    @property
    def kinds(self) -> dict[str, Path]:
        """A page of each kind."""
        return {
            "index": self.site.index,
            "list": self.list,
            "lists": self.list.with_name("index.html"),
            "call": self.page_of("heard"),
            "agent": self.site.agent("Ana"),
            "team": self.site.team("North"),
            "coaching": self.site.coaching("Ana"),
            "report": self.site.report("2026-W10"),
            "cards": self.site.card_data,
            "card-month": self.site.card_month("2026-03"),
            "open": self.site.open_flags,
            "my-open-flags": self.site.open_flags_of("s1"),
            "dictionary": self.site.dictionary,
            "search": self.site.search,
        }


def _call(call_id: str, greeting: Outcome, agent_name: str = "Ana Ruiz") -> CallResult:
    plain = result(call_id, greeting=greeting, agent_name=agent_name, agent_id=agent_name[:3])
    turns = (
        turn("good morning this is Ana from Acme"),
        turn("my card is [card_number]", 6.0, Role.CUSTOMER),
        turn(" ".join(["let", "me", "see"] * 12), 12.0),
    )
    said = replace(plain.transcript, turns=turns, duration_s=_DURATION_S)
    recording = replace(plain.recording, path=_RECORDING, duration_s=_DURATION_S)
    late = tuple(
        replace(
            one, evidence=tuple(replace(e, turn=2, start_s=13.5, end_s=15.0) for e in one.evidence)
        )
        for one in plain.findings
    )
    return replace(plain, transcript=said, recording=recording, findings=late)


def _published(root: Path, language: str = "en") -> _Home:
    """One call with a redacted copy, one without, one with hostile texts; one is reviewed."""
    lake, audio = Lake(root / "lake", TIME_ZONE), AudioFolder(root / "audio", TIME_ZONE)
    calls = [
        _call("heard", Outcome.FAIL),
        _call("unheard", Outcome.FAIL, "Ben Okafor"),
        _call("evil", Outcome.PASS, _EVIL),
    ]
    night(lake, "night-1", calls)
    lake.uploads.add("review", [_REVIEW])
    first = calls[0]
    copy = audio.path_of(first.call.call_id, first.call.started_at)
    write_redacted(first.recording, [(7.0, 9.0)], copy)
    site = Site(root)
    publisher = Publisher(
        lake=lake, site=site, audio=audio, targets=read_targets(), language=language
    )
    (file,) = publisher.publish(publish(lake, root / "warehouse"))
    return _Home(site, file.html)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> _Home:
    """A centre that reads English."""
    return _published(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the browser of `make test-browser`."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install chromium, or run make test-browser"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may neither send requests nor log errors."""
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda told: complaints.append(told.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    assert [url for url in asked if not url.startswith("file://")] == []
    assert complaints == []
    context.close()


def _second(page: Page) -> float:
    at_s: float = page.evaluate("document.querySelector('audio').currentTime")
    return at_s


def test_a_row_of_the_list_leads_to_its_second(page: Page, home: _Home) -> None:
    """The player is two seconds before the flag, whose words are marked."""
    page.goto(home.list.as_uri())
    page.locator(".flagged-call", has_text="Ana Ruiz").locator(".at").get_by_role("link").click()
    expect(page.locator("audio")).to_have_js_property("readyState", 4)
    assert _second(page) == pytest.approx(11.5, abs=_PLAYED_S)
    expect(page.locator(".words .flagged").first).to_be_in_viewport()
    expect(page.locator(".words .flagged").first).to_have_attribute(
        "title", GREETING.title_failed or ""
    )


def test_a_flag_is_heard_from_the_list(page: Page, home: _Home) -> None:
    """One click plays it from two seconds before; space stops it; the call is one click away."""
    page.goto(home.list.as_uri())
    flagged = page.locator(".flagged-call", has_text="Ana Ruiz")
    flagged.get_by_role("button", name="Listen").click()
    expect(page.locator("audio")).to_have_js_property("paused", False)  # noqa: FBT003
    expect(page.locator("audio")).to_have_js_property("readyState", 4)
    assert _second(page) == pytest.approx(11.5, abs=_PLAYED_S)
    page.keyboard.press("Space")
    expect(page.locator("audio")).to_have_js_property("paused", True)  # noqa: FBT003
    page.get_by_label("Severity").or_(page.get_by_label("Agent")).first.focus()
    page.keyboard.press("Space")
    expect(page.locator("audio")).to_have_js_property("paused", True)  # noqa: FBT003
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Open the call").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ruiz")


def test_a_call_leads_to_the_next_to_its_agent_and_back(page: Page, home: _Home) -> None:
    """In the order of the list; from the last call there is no next."""
    page.goto(home.list.as_uri())
    calls = page.locator(".flagged-call code").all_inner_texts()
    assert len(calls) > 1
    page.locator(".flagged-call h3 a").first.click()
    expect(page.locator(".for code")).to_have_text(calls[0])
    page.get_by_role("link", name="Next call").click()
    expect(page.locator(".for code")).to_have_text(calls[1])
    page.get_by_role("link", name="Agent's page").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".flagged-call:target code")).to_have_text(calls[1])
    page.goto(home.page_of("evil").as_uri())
    expect(page.get_by_role("link", name="Next call")).to_have_count(0)
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()


def test_every_word_marker_and_finding_seeks(page: Page, home: _Home) -> None:
    """By the mouse on words and the line, by links in the findings and the text."""
    page.goto(home.page_of("heard").as_uri())
    expect(page.locator("audio")).to_have_js_property("readyState", 4)
    page.locator(".words > span").nth(4).click()
    assert _second(page) == pytest.approx(3.0, abs=0.1)
    page.locator(".finding .at-link").first.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert _second(page) == pytest.approx(11.5, abs=_PLAYED_S)
    page.get_by_role("link", name=re.compile("^0:06")).click()
    assert _second(page) == pytest.approx(4.0, abs=_PLAYED_S)
    page.locator(".marker").first.click()
    assert _second(page) == pytest.approx(11.5, abs=_PLAYED_S)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    box = page.locator(".seek").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert _second(page) == pytest.approx(_DURATION_S / 2, abs=1.0)


def test_everything_can_be_done_from_the_keyboard(page: Page, home: _Home) -> None:
    """Play, pause, seek by five seconds, and step through the findings."""
    page.goto(home.page_of("heard").as_uri())
    expect(page.locator("audio")).to_have_js_property("readyState", 4)
    page.keyboard.press("ArrowRight")
    assert _second(page) == pytest.approx(5.0, abs=0.1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".clock .now")).to_have_text("0:06")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="Next finding").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert _second(page) == pytest.approx(11.5, abs=_PLAYED_S)
    page.keyboard.press("Space")  # on a focused button, a time, and a folded group
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    at_s = _second(page)
    page.locator(".finding .at-link").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    assert _second(page) == pytest.approx(at_s, abs=_PLAYED_S)
    page.locator(".speed").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("slider", name="Position in the call").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "0:36 / 0:36")


def test_reviews_are_kept_and_saved_for_the_next_run(browser: Browser, tmp_path: Path) -> None:
    """They are kept when the page is left; the file is one that the inbox of reviews takes."""
    home = _published(tmp_path)
    context = browser.new_context()
    page = context.new_page()
    page.goto(home.list.as_uri())
    expect(page.get_by_role("button", name="Save my reviews")).to_be_disabled()
    ana = page.locator("tr[data-agent='Ana Ruiz']").first
    ana.get_by_label("Wrong").check()
    expect(ana.get_by_role("status")).to_have_text("Please give a reason.")
    expect(page.get_by_role("button", name="Save my reviews")).to_be_disabled()
    ana.get_by_label("Reason").fill("card 4111 1111 1111 1111")
    ana.get_by_label("Reason").press("Tab")
    expect(ana.get_by_role("status")).to_contain_text("card number")
    ana.get_by_label("Reason").fill('She says "hello", and her name')
    ana.get_by_label("Reason").press("Tab")
    page.locator("tr[data-agent='Ben Okafor']").first.get_by_label("Right").check()
    page.reload()
    expect(page.locator(".reviews").get_by_role("status")).to_have_text("Not saved yet: 2")
    expect(ana.get_by_label("Wrong")).to_be_checked()
    page.goto(home.page_of("heard").as_uri())
    expect(page.locator(".finding").first.get_by_label("Wrong")).to_be_checked()
    page.goto(home.list.as_uri())
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my reviews").click()
    expect(page.locator(".reviews").get_by_role("status")).to_have_text(
        "All reviews are saved in a file."
    )
    (tmp_path / "reviews").mkdir()
    download.value.save_as(tmp_path / "reviews" / download.value.suggested_filename)
    context.close()
    assert _recorded(tmp_path) == [
        ("heard", "flag", "fail", "pass", "s1", 'She says "hello", and her name'),
        ("unheard", "flag", "fail", "fail", "s1", "Right"),
    ]


def _recorded(home: Path) -> list[tuple[str, ...]]:
    """The reviews of the greeting that the next run takes in, by call."""
    lake = Lake(home / "lake", TIME_ZONE)
    assert take_in_reviews(home, home / "warehouse", lake.uploads, lambda *_: None) == []
    told = ("call_id", "occasion", "machine_value", "human_value", "reviewer_id", "reason")
    reviews = lake.uploads.frame("review").filter(rule_id=GREETING.rule_id).sort("call_id")
    return reviews.select(told).rows()


def test_open_flags_lead_to_their_calls(page: Page, home: _Home) -> None:
    """From the list to what is open, and from there to the second."""
    page.goto(home.list.as_uri())
    page.get_by_role("link", name="Open flags").click()
    rows = page.locator(".flags tbody tr")
    expect(rows).to_have_count(2)
    rows.filter(has_text="Ana Ruiz").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ruiz")


def test_recordings_of_a_month_are_narrowed_from_the_keyboard(page: Page, home: _Home) -> None:
    """By kind, state and words; the page says how many are left."""
    page.goto(home.site.card_data.as_uri())
    page.get_by_role("link", name="March 2026").click()
    rows, left = page.locator("tbody tr:visible"), page.get_by_role("status")
    expect(rows).to_have_count(3)
    expect(left).to_have_text("3 of 3 shown")
    page.get_by_label("Call, file or queue").focus()
    page.keyboard.type("UNHEARD")
    expect(rows).to_have_count(1)
    expect(left).to_have_text("1 of 3 shown")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.type("card n")
    expect(page.get_by_label("Kind")).to_have_value("card_number")
    expect(rows).to_have_count(3)
    page.get_by_label("Original").select_option("deleted")
    expect(rows).to_have_count(0)
    expect(left).to_have_text("0 of 3 shown")
    page.get_by_label("Original").select_option("there")
    rows.filter(has_text="unheard").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben Okafor")


def test_the_dictionary_is_narrowed_and_linked(page: Page, home: _Home) -> None:
    """By names with or without underscores, by meaning and schema; a link finds a hidden column."""
    page.goto(home.site.index.as_uri())
    page.get_by_role("link", name="Data dictionary").click()
    rows = page.locator("tbody tr:visible")
    everything = rows.count()
    page.get_by_label("Name or meaning").fill("open_flag OPEN_DAYS")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("open_days")
    expect(page.locator("section:visible")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text(f"1 of {everything} shown")
    rows.get_by_role("link").click()
    assert page.url.endswith("#mart.open_flag.open_days")
    page.get_by_label("Name or meaning").fill("")
    page.get_by_label("Schema").select_option("meta")
    assert 0 < rows.count() < everything
    page.evaluate("location.hash = 'core.call.team'")
    expect(page.locator("[id='core.call.team']")).to_be_in_viewport()
    assert rows.count() == everything


def _searched(page: Page, words: str) -> str:
    """What the page says after a search; the words it found are in `.hits`."""
    page.get_by_role("searchbox", name="Words").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator(".found [role=status]")).not_to_contain_text("Searching")
    return page.locator(".found [role=status]").inner_text()


def test_words_and_phrases_are_found_at_their_second(page: Page, home: _Home) -> None:
    """From a file share, by beginnings of words, whatever their case; the call opens there."""
    page.goto(home.site.index.as_uri())
    page.get_by_role("link", name="Search transcripts").click()
    expect(page.locator(".for")).to_contain_text("2 March 2026")
    assert _searched(page, '"MY card"') == (
        "Passages: 3, in calls: 3. Calls searched: 3, from 2 March 2026 to 2 March 2026."
    )
    expect(page.locator(".hits mark").first).to_have_text("my card")
    assert _searched(page, '"card my"').startswith("Passages: 0,")
    assert _searched(page, "card ana").startswith("Passages: 0,"), "in different turns"
    assert _searched(page, "ard").startswith("Passages: 0,"), "in the middle of a word"
    assert _searched(page, "card_number").startswith("Passages: 3,")
    assert _searched(page, "good morn acme").startswith("Passages: 3,")
    hit = page.locator(".hits > li", has_text="Ben Okafor")
    hit.locator(".at-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben Okafor")
    assert page.url.endswith("#t=1.0")
    page.go_back()
    expect(page.locator(".hits > li")).to_have_count(3)


def test_masked_data_are_found_in_the_readers_words(page: Page, tmp_path: Path) -> None:
    """A mark of the transcript is searched and shown as other pages name it."""
    site = _published(tmp_path, "it").site
    page.goto(f"{site.search.as_uri()}#{urlencode({'words': 'carta'})}")
    expect(page.locator(".hits > li")).to_have_count(3)
    expect(page.locator(".hits li li").first).to_contain_text("[numero di carta]")


def test_a_search_is_narrowed(page: Page, home: _Home) -> None:
    """To an agent, a team, a speaker, flagged calls and days; the page says what was searched."""
    page.goto(home.site.search.as_uri())
    page.get_by_label("only flagged calls").check()
    assert _searched(page, "morning").startswith("Passages: 2, in calls: 2. Calls searched: 2,")
    page.locator("[name=agent]").select_option(label="Ben Okafor")
    assert _searched(page, "morning").startswith("Passages: 1, in calls: 1. Calls searched: 1,")
    page.get_by_label("Said by").select_option("customer")
    assert _searched(page, "morning").startswith("Passages: 0, in calls: 0. Calls searched: 1,")
    assert _searched(page, "card").startswith("Passages: 1,")
    assert _searched(page, "a").startswith("Enter a word")


def test_a_search_runs_nothing_of_what_was_said(page: Page, home: _Home) -> None:
    """Names and words are shown as text."""
    page.goto(home.site.search.as_uri())
    _searched(page, "morning")
    expect(page.locator(".hits > li", has_text="onerror")).to_have_count(1)
    expect(page.locator(".hits img")).to_have_count(0)


def test_missing_data_of_a_day_is_told(browser: Browser, tmp_path: Path) -> None:
    """As after the removal of a call, until the next run."""
    home = _published(tmp_path)
    home.site.search_day(NIGHT.date()).unlink()
    page = browser.new_page()
    page.goto(home.site.search.as_uri())
    assert "The data of" in _searched(page, "morning")
    page.close()


def test_a_call_without_a_copy_is_read(page: Page, home: _Home) -> None:
    """The transcript can still be followed, and the page says why there is no audio."""
    page.goto(f"{home.page_of('unheard').as_uri()}#t=13.5")
    expect(page.get_by_text("No redacted copy")).to_be_visible()
    expect(page.locator(".words .flagged").first).to_be_in_viewport()
    expect(page.get_by_role("button", name="Play")).to_be_disabled()


def test_the_list_can_be_narrowed(page: Page, home: _Home) -> None:
    """To one agent, and back to all."""
    page.goto(home.list.as_uri())
    rows = page.locator(".flags tbody tr:visible")
    expect(rows).to_have_count(2)
    page.get_by_label("Agent").select_option("Ben Okafor")
    expect(rows).to_have_count(1)
    expect(page.locator(".flagged-call:visible")).to_contain_text("Ben Okafor")
    expect(page.locator(".flagged-call:visible")).to_have_count(1)
    page.get_by_label("Agent").select_option("")
    expect(rows).to_have_count(2)


def test_names_and_teams_are_found(page: Page, home: _Home) -> None:
    """By any part of the name, whatever its accents; the browser remembers the reader's own."""
    page.goto(home.site.index.as_uri())
    agents, lists = page.locator(".names li:visible"), page.locator(".lists li:visible")
    expect(agents).to_have_count(0)
    expect(lists).to_have_count(1)
    page.get_by_label("Name or team").fill("OKÁF")
    expect(agents).to_have_count(1)
    expect(agents).to_contain_text("Ben Okafor")
    expect(lists).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Name or team")).to_have_value("OKÁF")
    expect(agents).to_have_count(1)
    page.get_by_label("Name or team").fill("nobody")
    expect(page.locator(".teams > li:visible")).to_have_count(0)
    page.get_by_label("Name or team").fill("north")
    expect(agents).to_have_count(3)
    page.get_by_label("Name or team").fill("")
    expect(agents).to_have_count(0)
    expect(lists).to_have_count(1)


def test_a_short_list_is_printed_on_one_page(page: Page, home: _Home) -> None:
    """Without filters and buttons; no table leaves its head alone at the foot of a page."""
    page.goto(home.list.as_uri())
    page.emulate_media(media="print")
    expect(page.locator(".filters, .button, .listen, nav").filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.goto(home.kinds["report"].as_uri())
    heads = "[...document.querySelectorAll('thead')].map(of => getComputedStyle(of).breakAfter)"
    assert set(page.evaluate(heads)) == {"avoid"}


def test_hostile_names_run_nothing(page: Page, home: _Home) -> None:
    """No dialog, no error, and the text is shown as text."""
    page.goto(home.page_of("evil").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text(_EVIL)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", list(_WIDTHS))
@pytest.mark.parametrize("kind", _KINDS)
def test_pages_are_accessible(page: Page, home: _Home, kind: str, width: str, scheme: str) -> None:
    """The checker axe finds nothing serious, and nothing is wider than the window."""
    columns, rows = _WIDTHS[width]
    page.set_viewport_size({"width": columns, "height": rows})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(home.kinds[kind].as_uri())
    found = Axe().run(page).response["violations"]
    serious = {
        fault["id"]: [node["html"][:120] for node in fault["nodes"][:3]]
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    }
    assert serious == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= columns


@pytest.mark.parametrize("code", ["es", "it"])
def test_longer_words_fit_a_phone(page: Page, tmp_path: Path, code: str) -> None:
    """Spanish and Italian take more room than English; no page is wider than the window."""
    home = _published(tmp_path, code)
    columns, rows = _WIDTHS["phone"]
    page.set_viewport_size({"width": columns, "height": rows})
    for kind, path in home.kinds.items():
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.lang") == code, kind
        assert page.evaluate("document.documentElement.scrollWidth") <= columns, kind

"""Names that want to be programs stay names, on the map and wherever else they are shown."""

import sqlite3
from itertools import cycle
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.harness import Site
from tests.browser.visitor import Visitor

EVIL: Final = (
    "<script>window.broken = 1</script>",
    '"><img src=x onerror=window.broken=1>',
    "{{7*7}}${7*7}",
    "</script><svg onload=window.broken=1>",
    "\u202eterug\u202c\u200f",
    "👨‍👩‍👧‍👦🪁",
    "'; alert(1) //",
)
NAMED: Final = ("activity.title", "venue.name", "partner.name", "neighbourhood.name")
POPUPS: Final = """
() => {
  const texts = [];
  for (const box of document.querySelectorAll(".kw-map-layers input"))
    window["geo_json_" + box.value].eachLayer(layer => {
      layer.fire("click", {latlng: layer.getLatLng?.() ?? layer.getBounds().getCenter()}, true);
      const popup = window["geo_json_" + box.value].getPopup().getElement();
      texts.push(popup.querySelector("strong").textContent);
    });
  return texts;
}
"""


@pytest.fixture
def renamed(site: Site) -> list[str]:
    """Give everything that has a name on the map an evil one."""
    evil, names = cycle(EVIL), []
    with sqlite3.connect(site.directory / "site.sqlite") as database:
        for table, column in (one.split(".") for one in NAMED):
            for (row,) in database.execute(f"SELECT id FROM {table}").fetchall():  # noqa: S608
                names.append(f"{next(evil)} {len(names)}")
                database.execute(
                    f"UPDATE {table} SET {column} = ? WHERE id = ?",  # noqa: S608
                    (names[-1], row),
                )
    database.close()
    return names


def test_the_map_shows_evil_names_as_text(laptop: Visitor, renamed: list[str]) -> None:
    laptop.come_in("Coördinator")
    laptop.menu("Kaart")
    laptop.waits_for(".kw-map[data-ready]")
    for layer in laptop.page.locator(".kw-map-layers input").all():
        layer.check()
    shown = laptop.page.evaluate(POPUPS)
    assert len(set(shown).intersection(renamed)) > len(EVIL)
    nothing_ran(laptop)


@pytest.mark.parametrize("entry", ["Vandaag", "Activiteiten", "Locaties", "Partners", "Buurten"])
def test_other_pages_show_them_as_text_too(laptop: Visitor, renamed: list[str], entry: str) -> None:
    laptop.come_in("Coördinator")
    laptop.menu(entry)
    told = laptop.page.locator("main").inner_text()
    assert [name for name in renamed if name in told]
    nothing_ran(laptop)


def nothing_ran(visitor: Visitor) -> None:
    assert visitor.page.evaluate("window.broken") is None
    expect(visitor.page.locator("[onerror], [onload]")).to_have_count(0)
    assert "49$" not in visitor.page.content()

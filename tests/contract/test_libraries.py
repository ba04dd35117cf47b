"""Every library is known by name, version, hash and licence; silence about holes is no answer."""

import json
import re

import pytest

from scripts.audit import Found, Hole, of_npm, of_pip, verdict
from scripts.inventory import FRONT_END, GOOD, LOCK, Library, libraries, told

#: No database has a say in what is installed.
pytestmark = pytest.mark.sqlite

HOLE = Hole("pillow", "1.0", "CVE-2031-1", "1.1")


def test_the_inventory_is_what_is_locked() -> None:
    locked = re.findall(r"^(\S+?)==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE)
    pages = json.loads(FRONT_END.read_text("utf-8"))["packages"]
    on_pages = {path.removeprefix("node_modules/") for path, one in pages.items()
                if path and not one.get("dev")}  # fmt: skip
    found = libraries()
    assert {(one.name, one.version) for one in found if one.kind == "pypi"} == set(locked)
    assert {one.name for one in found if one.kind == "npm"} == on_pages
    assert all(one.hashes for one in found)


def test_no_licence_asks_anything_of_the_whole() -> None:
    assert [one for one in libraries() if not one.is_good] == []
    assert not {licence for licence in GOOD if licence.startswith(("GPL", "AGPL", "SSPL"))}


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("", False), ("Proprietary", False),
        ("GPL-2.0-or-later OR MIT", True), ("MIT AND GPL-2.0-only", False),
        ("(MIT AND Zlib) OR AGPL-3.0-only", True),
    ],
)  # fmt: skip
def test_a_licence_is_weighed_with_all_it_joins(licence: str, good: bool) -> None:
    assert Library("pypi", "one", "1", licence, ()).is_good is good


def test_the_bill_of_materials_names_each_library_once() -> None:
    made = told(libraries())
    names = [one["purl"] for one in made["components"]]
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(names) == len(set(names)) == len(made["dependencies"][0]["dependsOn"])
    assert all(re.fullmatch(r"pkg:(pypi|npm)/\S+@\S+", name) for name in names)
    assert all(
        re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{128}", digest["content"])
        for one in made["components"] for digest in one["hashes"]
    )  # fmt: skip


def test_a_known_hole_is_told_with_the_version_that_closes_it() -> None:
    told = {"name": "pillow", "version": "1.0", "vulns": [
        {"id": "PYSEC-1", "aliases": ["CVE-2031-1"], "fix_versions": ["1.1"]}]}  # fmt: skip
    found = of_pip(json.dumps({"dependencies": [told, {"name": "flask", "vulns": []}]}), "lock")
    assert found == Found((HOLE,))
    assert verdict([found]) == (1, ["pillow 1.0: CVE-2031-1, closed in 1.1"])


def test_of_what_nobody_could_be_asked_nothing_good_is_said() -> None:
    passed_over = json.dumps({"dependencies": [{"name": "flask", "skip_reason": "not found"}]})
    for silent in (
        of_pip(passed_over, "lock"),
        of_pip("", "flask"),
        of_npm('{"message": "405"}', "flask"),
    ):
        code, (line,) = verdict([silent, Found()])
        assert code == 2
        assert "flask" in line
    assert verdict([Found((HOLE,)), Found(unasked=("flask",))])[0] == 1


def test_when_all_was_asked_and_nothing_is_known_it_says_so() -> None:
    clean = of_npm(json.dumps({"vulnerabilities": {}}), "package.json")
    assert verdict([clean]) == (0, ["No hole is known in any library of the locks."])

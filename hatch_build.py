"""Compiles the catalogues for every build, and puts the top-level assets into a real wheel."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = ("templates", "static", "migrations")


class BuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in Path(self.root, "kinderwerk/translations").rglob("*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        build_data["artifacts"].append("kinderwerk/translations/**/*.mo")
        if self.target_name == "wheel" and version == "standard":
            self.bundle(build_data)

    def bundle(self, build_data: dict[str, Any]) -> None:
        """An editable install reads these beside the package, so only a wheel gets copies."""
        if not Path(self.root, "static/vendor/MANIFEST").is_file():
            raise RuntimeError("static/vendor/MANIFEST is missing: install the front end first")
        for name in ASSETS:
            build_data["force_include"][str(Path(self.root, name))] = f"kinderwerk/_bundled/{name}"

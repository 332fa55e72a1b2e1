"""What ``odoo.conf`` says, and the addons on its path."""

import ast
import configparser
import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from . import places

CONF = places.ROOT / "odoo.conf"
NOT_IN_DATABASE = {"__pycache__", "tests", "readme", "static"}


@dataclass(frozen=True)
class Addon:
    """An addon of this repository, as its manifest describes it."""

    path: Path
    manifest: dict = field(hash=False, compare=False)

    @property
    def name(self):
        return self.path.name

    @property
    def depends(self):
        return self.manifest.get("depends") or ["base"]

    def checksum(self):
        """Changes whenever a file does that a database depends on: not with tests or texts, nor
        with scripts and styles, which are read when they are served."""
        digest = hashlib.sha256()
        for path in sorted(self.path.rglob("*")):
            parts = path.relative_to(self.path).parts
            if path.is_file() and not NOT_IN_DATABASE.intersection(parts):
                digest.update(str(path.relative_to(self.path)).encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]


class Settings:
    """``odoo.conf`` of the repository and what follows from it."""

    def __init__(self, path=CONF):
        parser = configparser.RawConfigParser()
        parser.read(path, encoding="utf-8")
        self.options = dict(parser["options"])

    def get(self, name):
        """Value of an option; Odoo writes an unset one as False."""
        value = self.options.get(name, "").strip()
        return "" if value in ("False", "None") else value

    @cached_property
    def addons_path(self):
        """Folders of the path, absolute; those without an addon are left out."""
        named = [part.strip() for part in self.get("addons_path").split(",") if part.strip()]
        folders = [(places.ROOT / os.path.expandvars(part)).resolve() for part in named]
        return [folder for folder in folders if any(folder.glob("*/__manifest__.py"))]

    @cached_property
    def addons(self):
        """Addon name -> addon, those that can be installed, as the path finds them."""
        found = {}
        for folder in self.addons_path:
            for manifest in sorted(folder.glob("*/__manifest__.py")):
                values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
                if values.get("installable", True):
                    found.setdefault(manifest.parent.name, Addon(manifest.parent, values))
        return found

    def checksums(self):
        """Addon name -> checksum of its files."""
        return {name: addon.checksum() for name, addon in self.addons.items()}

    def host_modules(self):
        """Modules that are not ours, on which ours depend."""
        needed = {need for addon in self.addons.values() for need in addon.depends}
        return sorted(needed - self.addons.keys())

    def write(self, path, **overrides):
        """Write a configuration for one database: ours, with the given options on top."""
        options = {
            **self.options,
            "addons_path": ",".join(map(str, self.addons_path)),
            **{key: value for key, value in overrides.items() if value not in (None, "")},
        }
        lines = ["[options]", *(f"{key} = {value}" for key, value in options.items())]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o600)  # it may carry the password of the user's own server
        return path

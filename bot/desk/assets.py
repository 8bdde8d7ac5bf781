"""The desk's static files, each under an address that has its content's hash, so that browsers may keep it for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.shared.errors import NotFound

PREFIX = "/desk/static"
_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}
_HASH_DIGITS = 16


class AssetNotFound(NotFound):
    """There is no such file, or it is none that browsers may have."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file and its content's hash (16 hex digits)."""

    path: Path
    media_type: str
    version: str


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file below ``static/`` that a browser may have, by its path there, such as ``vendor/htmx.min.js``."""

    files: Mapping[str, Asset]

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Assets:
        """Read the folder once."""
        found = {
            path.relative_to(folder).as_posix(): Asset(
                path, _TYPES[path.suffix], hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_DIGITS]
            )
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES
        }
        return cls(MappingProxyType(found))

    def find(self, name: str) -> Asset:
        """Return the file called ``name``. Raises: AssetNotFound."""
        try:
            return self.files[name]
        except KeyError as error:
            raise AssetNotFound("there is no such file") from error

    def url(self, name: str) -> str:
        """Return the address of ``name``; it changes with the content. Raises: AssetNotFound."""
        return f"{PREFIX}/{self.find(name).version}/{name}"

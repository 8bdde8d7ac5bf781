"""Reads YAML without surprises: no scalar is guessed to be a number, a date or a truth, and no key may come twice.

YAML 1.1 reads ``16:30`` as 990 and ``no`` as false, and takes the last of two equal keys; a partner's times and
country codes must survive that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.shared.errors import InvalidInput


class _StrictLoader(yaml.CBaseLoader):
    """The base loader makes every scalar a string; this one also refuses repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        """Return the mapping; raises a YAML error that points at a key which comes a second time."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} comes twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the mapping in the YAML file at ``path``; every scalar in it is a string.

    Raises:
        InvalidInput: The file is missing, unreadable, not YAML in UTF-8, or not a mapping; says which and the way out.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InvalidInput(f"{path}: the file is missing; copy it from the repository and fill it in") from error
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror}); let the user that runs Clearline read it") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    return parse_mapping(text, path)


def parse_mapping(text: str, path: Path) -> dict[str, Any]:
    """Return the mapping in ``text``, which was read from ``path``; every scalar in it is a string.

    Raises:
        InvalidInput: The text is not YAML or not a mapping; says where and the way out.
    """
    try:
        content = _StrictLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise InvalidInput(f"{path}: {where}{error.problem}; mend the YAML there") from error
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path}: not YAML ({str(error).splitlines()[0]}); mend the file") from error
    if not isinstance(content, dict):
        raise InvalidInput(f"{path}: holds no keys; copy it from the repository and fill it in")
    return content

"""A desk in memory."""

from __future__ import annotations

import pytest

from tests.unit.staff.fakes import Desk


@pytest.fixture
def desk() -> Desk:
    """Return a member of each role, signed in nowhere."""
    return Desk()

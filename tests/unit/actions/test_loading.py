"""What Rasa's action server finds in the package."""

from __future__ import annotations

from pathlib import Path

import yaml
from rasa_sdk.executor import ActionExecutor


class TestLoader:
    def test_finds_every_action_of_the_domain_and_no_other(self) -> None:
        domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
        executor = ActionExecutor()

        executor.register_package("actions")

        assert set(executor.actions) == set(domain["actions"])

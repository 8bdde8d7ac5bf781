"""The engine without TensorFlow, each time in a process of its own."""

import subprocess
import sys

import pytest

BEGIN = "import warnings; warnings.simplefilter('ignore'); from bot.engine.lean import import_rasa_without_tensorflow as lean; "


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "ignore", "-c", BEGIN + code], capture_output=True, text=True, timeout=180, check=False)


@pytest.mark.slow
class TestLean:
    def test_imports_rasa_and_no_tensorflow(self) -> None:
        done = run(
            "lean(); import sys; import rasa.core.agent, rasa.core.policies.rule_policy, rasa.model_training; "
            "print([name for name in sys.modules if name.partition('.')[0] in ('tensorflow', 'keras', 'aiogram')])"
        )

        assert done.stdout.strip() == "[]", done.stderr[-2000:]

    def test_tells_who_wants_tensorflow_after_all(self) -> None:
        done = run(
            "lean(); from rasa.core.policies.ted_policy import TED; "
            "from bot.engine.lean import TensorFlowMissing\n"
            "try:\n    TED({}, {}, None, None)\nexcept TensorFlowMissing as error:\n    print(error)\n"
            "try:\n    import tensorflow\nexcept ModuleNotFoundError as error:\n    print(error)\n"
        )

        assert "start it without --lean" in done.stdout, done.stderr[-2000:]
        assert "tensorflow is left out of this engine (--lean)" in done.stdout

    def test_must_come_first(self) -> None:
        done = run("import sys, types; sys.modules['tensorflow'] = types.ModuleType('tensorflow'); lean()")

        assert "must come first" in done.stderr

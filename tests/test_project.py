"""Gates over the project itself: sentences, training data, settings, documents and what a published file may say."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot.cli import _COMMANDS, cli
from bot.library.phrasebook import Phrasebook
from bot.settings import SETTINGS
from bot.shared.text import fold

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "hu")
FEWEST_EXAMPLES = 20
MOST_LINES = 400
# What Rasa predicts by itself; it is in no list of intents.
BUILT_IN_INTENTS = {"nlu_fallback"}
# Read by tests and nothing else, so an operator need not know them.
TEST_ONLY_VARIABLES = {"CLEARLINE_TEST_POSTGRESQL"}
ADR_SECTIONS = ("Context", "Decision", "Consequences", "Rejected", "Enforced by")

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_RESPONSE = re.compile(r"utter_\w*[^\W_]")
_VARIABLE = re.compile(r"CLEARLINE_[A-Z][A-Z_]*[A-Z]")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Example:
    """A training example, without its annotations."""

    text: str
    intent: str
    language: str
    path: Path

    @property
    def folded(self) -> str:
        return plain(self.text)


def plain(text: str) -> str:
    """Return ``text`` without case, accents and the signs at its end, by which no two meanings are told apart."""
    return fold(text).strip(" .!?,;:")


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    found = []
    for language in LANGUAGES:
        for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
            for block in read_yaml(path)["nlu"]:
                lines = block["examples"].splitlines()
                texts = [_ANNOTATION.sub(r"\1", line.strip()[2:]) for line in lines if line.strip().startswith("- ")]
                found += [Example(text.strip(), block["intent"], language, path.relative_to(ROOT)) for text in texts]
    return tuple(found)


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@lru_cache(maxsize=1)
def domain() -> dict[str, Any]:
    content = read_yaml(ROOT / "domain.yml")
    assert isinstance(content, dict)
    return content


def intents() -> set[str]:
    return {next(iter(one)) if isinstance(one, dict) else one for one in domain()["intents"]}


def steps_of_rules_and_stories() -> Iterator[dict[str, Any]]:
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")) + sorted((ROOT / "data" / "stories").glob("*.yml")):
        content = read_yaml(path)
        for told in (*content.get("rules", ()), *content.get("stories", ())):
            yield from told["steps"]


def intents_answered() -> set[str]:
    return {step["intent"] for step in steps_of_rules_and_stories() if "intent" in step}


def actions_taken() -> set[str]:
    return {step["action"] for step in steps_of_rules_and_stories() if "action" in step}


@lru_cache(maxsize=1)
def published() -> tuple[Path, ...]:
    """Return every file of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout, so what is published cannot be listed")
    return tuple(path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def shown(faults: Iterable[object]) -> str:
    return "\n" + "\n".join(sorted({str(fault) for fault in faults}))


@lru_cache(maxsize=1)
def used_responses() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return the names of responses that code and rules say, and patterns for names that code puts together."""
    names = {action for action in actions_taken() if action.startswith("utter_")}
    patterns = set()
    # The demo only quotes what the assistant says elsewhere.
    for path in (one for one in python_files("actions", "bot") if "demo" not in one.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _RESPONSE.fullmatch(node.value):
                names.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                pieces = [re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
                if pieces[0].startswith("utter_"):
                    patterns.add("".join(pieces))
    # Rasa's own keyword for "which response", not a name of one.
    names -= {"utter_action", "utter_message"}
    return frozenset(names), tuple(re.compile(pattern) for pattern in sorted(patterns))


class TestResponses:
    def test_are_each_used_somewhere(self) -> None:
        names, patterns = used_responses()

        unused = {
            name
            for name in Phrasebook.load(ROOT / "data" / "responses").names
            if name not in names and not any(pattern.fullmatch(name) for pattern in patterns)
        }

        assert not unused, shown(unused)

    def test_exist_in_both_languages_when_used(self) -> None:
        names, patterns = used_responses()
        missing = []

        for language in LANGUAGES:
            there = {name for path in (ROOT / "data" / "responses" / language).glob("*.yml") for name in read_yaml(path)["responses"]}
            missing += [f"{name} is not in {language}" for name in names - there]
            missing += [
                f"{pattern.pattern} fits nothing in {language}"
                for pattern in patterns
                if not any(pattern.fullmatch(name) for name in there)
            ]

        assert not missing, shown(missing)

    def test_agree_between_the_languages(self) -> None:
        problems = Phrasebook.load(ROOT / "data" / "responses").problems()

        assert not problems, shown(problems)

    def test_stand_in_the_phrasebook_only(self) -> None:
        assert "responses" not in domain(), "sentences belong into data/responses, see docs/adr/0008"


class TestIntents:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_have_enough_examples(self, language: str) -> None:
        counts = dict.fromkeys(intents(), 0)
        for example in examples():
            if example.language == language:
                counts[example.intent] = counts.get(example.intent, 0) + 1

        few = [f"{intent}: {count}" for intent, count in counts.items() if count < FEWEST_EXAMPLES]

        assert not few, shown(few)

    def test_have_an_answer_each(self) -> None:
        assert not (unanswered := intents() - intents_answered()), shown(unanswered)

    def test_are_known_to_the_domain_wherever_they_are_named(self) -> None:
        named = {example.intent for example in examples()} | (intents_answered() - BUILT_IN_INTENTS)
        named |= {row["intent"] for path in (ROOT / "tests" / "nlu").glob("heldout_*.yml") for row in read_yaml(path)}

        assert not (unknown := named - intents()), shown(unknown)


class TestActions:
    def test_are_the_same_in_code_domain_and_rules(self) -> None:
        in_code = set()
        for path in python_files("actions"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    in_code |= {node.value.value for target in node.targets if isinstance(target, ast.Name) and target.id == "action_name"}

        assert in_code == set(domain()["actions"])
        # The policies name one that no rule does.
        of_policies = {policy.get("core_fallback_action_name") for policy in read_yaml(ROOT / "config.yml")["policies"]}
        assert in_code == {action for action in actions_taken() | of_policies if action and not action.startswith("utter_")}

    def test_stand_in_one_flat_package(self) -> None:
        nested = [path for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"]

        assert not nested, shown(nested)


class TestTrainingData:
    def test_gives_no_text_two_intents(self) -> None:
        meanings: dict[str, set[str]] = defaultdict(set)
        for example in examples():
            meanings[example.folded].add(example.intent)

        torn = [f"{text!r}: {', '.join(sorted(of))}" for text, of in meanings.items() if len(of) > 1]

        assert not torn, shown(torn)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_no_text_twice(self, language: str) -> None:
        seen: dict[str, Example] = {}
        twice = []
        for example in (one for one in examples() if one.language == language):
            if example.folded in seen:
                twice.append(f"{example.text!r} in {seen[example.folded].path} and {example.path}")
            seen.setdefault(example.folded, example)

        assert not twice, shown(twice)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_no_text_of_the_held_out_set(self, language: str) -> None:
        trained = {example.folded for example in examples()}
        files = sorted((ROOT / "tests" / "nlu").glob(f"heldout*_{language}.yml"))
        held_out = [plain(row["text"]) for file in files for row in read_yaml(file)]

        leaked = [text for text in held_out if text in trained]

        # A greeting of a word or two cannot be kept apart: people say it in so many words only.
        if short := [text for text in leaked if len(text.split()) <= 2]:
            print(f"held-out texts of a word or two that are also trained on: {', '.join(short)}")  # noqa: T201 -- shown by pytest -rP
        assert not (copied := [text for text in leaked if len(text.split()) > 2]), shown(copied)


class TestSettings:
    def test_are_documented_wherever_they_are_read(self) -> None:
        sources = [*python_files("bot", "actions"), ROOT / "rasa_sdk_plugins.py", ROOT / "Makefile"]
        sources += [path for folder in ("scripts", ".ci") for path in (ROOT / folder).iterdir() if path.is_file()]
        known = {setting.name for setting in SETTINGS} | TEST_ONLY_VARIABLES

        unknown = [
            f"{name} in {path.relative_to(ROOT)}"
            for path in sources
            for name in _VARIABLE.findall(path.read_text("utf-8"))
            if name not in known
        ]

        assert not unknown, shown(unknown)

    def test_are_each_in_the_operators_guide(self) -> None:
        guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

        assert not (missing := {setting.name for setting in SETTINGS if f"`{setting.name}`" not in guide}), shown(missing)

    def test_are_named_right_in_documents(self) -> None:
        known = {setting.name for setting in SETTINGS} | TEST_ONLY_VARIABLES

        unknown = [
            f"{name} in {path.name}" for path in documents() for name in _VARIABLE.findall(path.read_text("utf-8")) if name not in known
        ]

        assert not unknown, shown(unknown)


class TestFiles:
    def test_of_code_are_short(self) -> None:
        ours = [path for path in published() if path.suffix == ".py" and "versions" not in path.parts]

        lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}

        assert not (long := [f"{path}: {length}" for path, length in lengths.items() if length > MOST_LINES]), shown(long)

    def test_name_no_place_of_one_machine_and_no_registry(self) -> None:
        # Put together here, so that this file does not name them itself.
        folders = [f"/{name}/" for name in ("work", "root")] + ["/" + "opt/wheels"]
        hosts = ["pypi" + ".org", "registry." + "npmjs", "files." + "pythonhosted"]
        forbidden = re.compile("|".join([rf"(?<![\w./-]){re.escape(folder)}" for folder in folders] + [re.escape(host) for host in hosts]))
        found = []

        for path in published():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in forbidden.finditer(text)]

        assert not found, shown(found)


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_in(path: Path) -> Iterator[list[str]]:
    """Yield the words of every command that a document shows, in a block or within a sentence."""
    text = path.read_text(encoding="utf-8")
    lines = [line for block in _FENCED.findall(text) for line in block.splitlines()]
    for code in (*lines, *_INLINE.findall(_FENCED.sub("", text))):
        try:
            words = shlex.split(code.strip().removeprefix("$ "), comments=True)
        except ValueError:
            continue
        # Settings given before a command belong to its environment.
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words:
            yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


def fault_of(words: list[str]) -> str | None:
    """Return what is wrong with a call of ``clearline``, or None."""
    command: click.Command = cli
    context = click.Context(cli)
    for word in words[1:]:
        if not isinstance(command, click.Group) or not re.fullmatch(r"[a-z][a-z-]*(\|[a-z-]+)*", word):
            break
        for choice in word.split("|"):
            found = command.get_command(context, choice)
            if found is None:
                return f"{' '.join(words)}: there is no {choice!r}"
        command = found
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help",
        "-h",
        "--version",
    }
    wrong = [word for word in words if word.startswith("--") and word.split("=")[0] not in options]
    return f"{' '.join(words)}: there is no {wrong[0]}" if wrong else None


class TestDocuments:
    def test_show_commands_that_exist(self) -> None:
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        wrong = []

        for path in documents():
            for words in commands_in(path):
                if words[0] == "make" and len(words) > 1 and re.fullmatch("[a-z]+", words[1]) and words[1] not in targets:
                    wrong.append(f"{path.relative_to(ROOT)}: make {words[1]}")
                elif words[0] == "clearline" and (fault := fault_of(words)):
                    wrong.append(f"{path.relative_to(ROOT)}: {fault}")

        assert not wrong, shown(wrong)

    def test_link_to_files_that_exist(self) -> None:
        broken = [
            f"{path.relative_to(ROOT)}: {target}"
            for path in documents()
            for target in _LINK.findall(_FENCED.sub("", path.read_text(encoding="utf-8")))
            if "://" not in target and not target.startswith(("#", "mailto:")) and not (path.parent / target.split("#")[0]).exists()
        ]

        assert not broken, shown(broken)

    def test_of_decisions_are_numbered_without_gaps_and_have_every_section(self) -> None:
        decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

        assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
        for path in decisions:
            headings = tuple(re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
            assert tuple(heading for heading in headings if heading in ADR_SECTIONS) == ADR_SECTIONS, path.name


class TestCommandLine:
    @pytest.mark.parametrize("name", _COMMANDS)
    def test_has_every_command_of_its_help(self, name: str) -> None:
        module, attribute, _ = _COMMANDS[name]

        assert isinstance(getattr(importlib.import_module(module), attribute), click.Command)

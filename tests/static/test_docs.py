"""The documents say what is there: links lead somewhere, commands exist, YAML parses, and the guided tours work."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from keyferry.cli.main import app
from keyferry.lab.azure.seed import parse
from tests.fakes.patience import PATIENCE

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "keyferry"
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`(keyferry [^`]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TOUR, TUTORIAL = ROOT / "README.md", ROOT / "docs" / "tutorial" / "first-secret.md"


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return [body for _, found, body in FENCE.findall(document.read_text()) if found == language]


def commands(document: Path) -> Iterator[list[str]]:
    """Every `keyferry …` that a document tells to type, as words."""
    prose = FENCE.sub("", document.read_text())
    for line in [*INLINE.findall(prose), *"\n".join(blocks(document, "shell")).replace("\\\n", " ").splitlines()]:
        words = shlex.split(line.partition(" &")[0], comments=True)
        if words[:1] == ["keyferry"]:
            yield words[1:]


def anchors(document: Path) -> set[str]:
    """The fragments that the headings of a document get."""
    headings = HEADING.findall(document.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def wrong_word(words: list[str]) -> str:
    """The first word that is neither a sub-command nor a flag of what stands before it, "" when all are known."""
    command = get_command(app)
    flags: set[str] = {"--help", "-h", "--install-completion", "--show-completion"}
    for word in words:
        flags |= {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
        if word.startswith("-"):
            if word.partition("=")[0] not in flags:
                return word
            continue
        children = getattr(command, "commands", {})
        if word in children:
            command = children[word]
        elif children and words.index(word) == 0 and not word.isupper():
            return word
    return ""


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text())):
        path, _, fragment = target.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (fragment and fragment not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_yaml_in_documents_parses(document: Path) -> None:
    for block in blocks(document, "yaml"):
        assert list(yaml.safe_load_all(block))


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist(document: Path) -> None:
    assert [(words, wrong) for words in commands(document) if (wrong := wrong_word(words))] == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        pytest.param(["lab", "rotate", "kv-prod", "name", "--dir", "x"], "", id="knows-what-exists"),
        pytest.param(["rotate", "kv-prod"], "rotate", id="knows-that-a-command-is-missing"),
        pytest.param(["operator", "--keep"], "--keep", id="knows-that-a-flag-is-missing"),
        pytest.param(["COMMAND", "--help"], "", id="takes-capitals-for-a-placeholder"),
    ],
)
def test_the_check_of_commands_itself(words: list[str], wrong: str) -> None:
    assert wrong_word(words) == wrong


def test_every_command_has_its_place_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text()
    tree = get_command(app)
    missing = []
    for name, command in getattr(tree, "commands", {}).items():
        for path, each in [
            (name, command),
            *((f"{name} {sub}", c) for sub, c in getattr(command, "commands", {}).items()),
        ]:
            flags = [option.opts[0] for option in each.params if option.opts[0].startswith("--")]
            shown = [f"keyferry {path}", *(flag for flag in flags if flag != "--help")]
            missing += [
                text for text in shown if text not in reference and text.replace("--", "--no-") not in reference
            ]
    assert missing == []


def test_the_architecture_names_what_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    files = set(re.findall(r"(?<![\w/])(?:[a-z_]+/)+[a-z_]+\.py", text))
    assert [name for name in files if not any((top / name).is_file() for top in (ROOT, SOURCE))] == []
    code = "".join(path.read_text() for path in SOURCE.rglob("*.py"))
    named = set(re.findall(r"\b([A-Z]\w+)\.(_?[a-z]\w+)\b", text))
    missing = [
        f"{kind}.{name}"
        for kind, name in named
        if f"class {kind}" in code and not re.search(rf"def {name}\(|    {name}: ", code)
    ]
    assert missing == []


def test_the_tour_names_files_that_exist() -> None:
    named = re.findall(r"-f (\S+)", "".join(blocks(TOUR, "shell")))
    assert named != []
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_deployment_is_yaml_and_names_one_image_everywhere() -> None:
    objects = list(yaml.safe_load_all((ROOT / "deploy" / "operator.yaml").read_text()))
    (image,) = [
        container["image"]
        for each in objects
        if each["kind"] == "Deployment"
        for container in each["spec"]["template"]["spec"]["containers"]
    ]
    assert image in (ROOT / "deploy" / "Dockerfile").read_text()


def test_the_state_files_in_documents_are_accepted() -> None:
    states = [blocks(TUTORIAL, "yaml")[0], *blocks(ROOT / "docs" / "reference" / "lab-state.md", "yaml")]
    assert [len(parse(yaml.safe_load(state)).vaults) for state in states] == [1, 1]


def test_the_tour_works_as_written(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    start, steps = blocks(TOUR, "shell")[1:3]
    shown = run_in_a_lab(tmp_path, start, steps)
    assert "keyferry.io/usable-from does not name app" in shown
    assert "reader-production-myapp-secrets" in shown
    assert re.search(r"^[0-9a-f]{12}$", shown, re.MULTILINE), "the pod tells the digest of what it reads"


def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    for name, content in zip(("first.yaml", "shop.yaml"), blocks(TUTORIAL, "yaml"), strict=True):
        (tmp_path / name).write_text(content)
    start, *steps = blocks(TUTORIAL, "shell")
    assert "AADSTS700016" in run_in_a_lab(tmp_path, start, "\n".join(steps))


def run_in_a_lab(folder: Path, start: str, steps: str) -> str:
    """Run the first terminal's lines until the lab runs, then the second's; return what the second shows."""
    environment = environment_of(folder)
    lab = subprocess.Popen(
        ["bash", "-c", start], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert lab.stdout is not None
    try:
        assert any("the lab runs" in line for line in lab.stdout)
        shown = subprocess.run(
            ["bash", "-e", "-c", re.sub(r"--timeout=\d+s", f"--timeout={PATIENCE:g}s", steps)],  # on any machine
            check=False,  # its output says more than the exception
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
        )
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.communicate(timeout=PATIENCE)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    return shown.stdout


def environment_of(folder: Path) -> dict[str, str]:
    """The documents' PATH begins with .venv/bin of the folder: put this interpreter's programs there."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "keyferry").write_text(f'#!/bin/sh\nexec {sys.executable} -m keyferry "$@"\n')
    (programs / "keyferry").chmod(0o755)
    kubectl = shutil.which("kubectl", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert kubectl is not None, "kubectl is missing: it comes with the development dependencies"
    (programs / "kubectl").symlink_to(kubectl)
    return {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}

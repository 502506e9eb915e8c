"""The image's recipe, as far as it can be judged without building it: nothing here has a container engine."""

import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "deploy" / "Dockerfile"
IGNORED = ROOT / ".dockerignore"
TEMPLATES = ROOT / "deploy" / "helm" / "keyferry" / "templates"

OF_BASE = {"gcr.io/distroless/python3-debian13:nonroot": "3.13"}  # https://github.com/GoogleContainerTools/distroless

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """The recipe's instructions with their arguments, lines joined."""
    lines = [line for line in RECIPE.read_text().splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def stages() -> list[list[Instruction]]:
    """The same by stage."""
    found: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction[0] == "FROM":
            found.append([])
        if found:
            found[-1].append(instruction)
    return found


def copied() -> Iterator[str]:
    """What is taken from the checkout."""
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from="):
            yield from rest.split()[:-1]


def is_sent(path: str) -> bool:
    """Whether the builder gets it: the last line that fits decides, and a folder lets in what is below it."""
    sent = True
    for line in IGNORED.read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            if fnmatch(path, pattern) or path.startswith(f"{pattern}/"):
                sent = line.startswith("!")
    return sent


def test_what_it_copies_is_there_and_sent() -> None:
    sources = list(copied())
    assert sources != []
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not is_sent(source.rstrip("/"))] == []


def test_nothing_else_is_sent() -> None:
    tops = {source.split("/")[0] for source in copied()}
    assert [path.name for path in ROOT.iterdir() if is_sent(path.name) and path.name not in tops] == []
    assert not is_sent("src/keyferry/__pycache__")


def test_the_wheel_finds_all_that_it_includes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = [*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "LICENSE", "pyproject.toml"]
    there = [source.rstrip("/") for source in copied()]
    assert [path for path in wanted if not any(path == one or path.startswith(f"{one}/") for one in there)] == []


def test_the_last_stage_runs_nothing_and_is_nobody() -> None:
    last = stages()[-1]
    words = [word for word, _ in last]
    assert "RUN" not in words
    (user,) = [rest for word, rest in last if word == "USER"]
    assert user == "65532:65532"
    assert words.index("USER") > max(index for index, word in enumerate(words) if word == "COPY")
    (entry,) = [rest for word, rest in last if word == "ENTRYPOINT"]
    assert entry.startswith("["), "there is no shell to run another form"


def test_nothing_comes_unchecked_from_the_network() -> None:
    installing = [command for word, rest in instructions() if word == "RUN" for command in rest.split("&&")]
    for command in installing:
        assert not re.search(r"\b(curl|wget|apt|apt-get)\b", command)
        if "pip install" in command:
            assert "--require-hashes" in command or "--no-deps --no-compile" in command or "/dist/" in command
    assert "ADD" not in {word for word, _ in instructions()}


def test_both_stages_have_one_python() -> None:
    text = RECIPE.read_text()
    built, base = re.findall(r"^ARG PYTHON=python:([\d.]+)-slim-\w+\nARG BASE=(\S+)$", text, re.MULTILINE)[0]
    taken, given = re.findall(r"COPY --from=build \S*/python([\d.]+)/site-packages \S*/python([\d.]+)/", text)[0]
    assert {built, taken, given} == {OF_BASE[base]}


def test_it_names_the_ports_of_the_chart() -> None:
    values = yaml.safe_load((TEMPLATES.parent / "values.yaml").read_text())
    declared = {
        int(port)
        for path in TEMPLATES.rglob("*.yaml")
        for port in re.findall(r"containerPort: (\d+)", path.read_text())
    }
    (exposed,) = [rest for word, rest in instructions() if word == "EXPOSE"]
    assert {int(port) for port in exposed.split()} == (declared - {8443}) | {values["webhook"]["port"]}

"""What `keyferry check` does: reads files, reviews their documents, prints the findings."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import typer
import yaml

from keyferry.advice import reviewing
from keyferry.cli.output import Output
from keyferry.cli.yaml_lines import Located, documents
from keyferry.model.errors import SpecError, foreign
from keyferry.spec.problems import Problem

SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
MAX_BYTES: Final = 32 * 1024 * 1024
ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to be said: where, of which object, what, and what to do."""

    file: str
    line: int
    level: str
    kind: str
    namespace: str
    name: str
    path: str
    message: str
    remedy: str


def run(files: Sequence[Path], output: Output, *, strict: bool) -> int:
    """Check files and folders; return the exit code."""
    checked = 0
    findings: list[Finding] = []
    for label, text in _texts(files):
        for document in _documents(label, text):
            for content in _members(document):
                found = _findings(label, content, document)
                checked += found is not None
                findings += found or ()
    errors = sum(1 for finding in findings if finding.level == ERROR)
    if output is Output.JSON:
        typer.echo(json.dumps({"checked": checked, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            typer.echo(_line(finding))
        typer.echo(f"{checked} objects checked: {errors} errors, {len(findings) - errors} warnings", err=True)
    return 1 if errors or (strict and findings) else 0


def _texts(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        if str(file) == "-":
            yield "-", sys.stdin.read(MAX_BYTES)
        elif file.is_dir():
            inside = sorted(path for path in file.rglob("*") if path.suffix in SUFFIXES and path.is_file())
            yield from ((str(path), _read(path)) for path in inside)
        else:
            yield str(file), _read(file)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(what=f"{path} is larger than {MAX_BYTES >> 20} MiB", remedy="name manifests")
        return path.read_text()
    except OSError as refusal:
        remedy = "correct the path"
        raise SpecError(what=f"{path} cannot be read", cause=foreign(refusal.strerror or ""), remedy=remedy) from None
    except UnicodeDecodeError:
        raise SpecError(what=f"{path} is no text", remedy="name manifests in UTF-8") from None


def _documents(label: str, text: str) -> list[Located]:
    try:
        return list(documents(text))
    except (yaml.YAMLError, RecursionError) as refusal:
        mark = getattr(refusal, "problem_mark", None)
        place = f"{label}:{mark.line + 1}" if mark is not None else label
        raise SpecError(
            what=f"{place} is no YAML",
            cause=foreign(getattr(refusal, "problem", None) or type(refusal).__name__),
            remedy="correct it; templates of Helm are checked rendered: helm template CHART | keyferry check -",
        ) from None


def _members(document: Located) -> list[Any]:
    """Return the document, or the items of a List."""
    content = document.content
    if content.get("kind") == "List" and isinstance(content.get("items"), list):
        return [item for item in content["items"] if isinstance(item, dict)]
    return [content]


def _findings(label: str, content: dict[str, Any], document: Located) -> list[Finding] | None:
    review = reviewing.review(content)
    if review is None:
        return None
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    is_item = content is not document.content
    prefix = f"items[{document.content['items'].index(content)}]." if is_item else ""

    def finding(problem: Problem, level: str) -> Finding:
        return Finding(
            file=label,
            line=document.line_of(prefix + problem.path),
            level=level,
            kind=str(content["kind"]),
            namespace=str(metadata.get("namespace", "")),
            name=str(metadata.get("name", "")),
            path=problem.path,
            message=problem.message,
            remedy=problem.remedy,
        )

    return [
        *(finding(problem, ERROR) for problem in review.problems),
        *(finding(problem, WARNING) for problem in review.warnings),
    ]


def _line(finding: Finding) -> str:
    name = f"{finding.namespace}/{finding.name}" if finding.namespace else finding.name
    remedy = f". To mend it: {finding.remedy}" if finding.remedy else ""
    where = f"{finding.file}:{finding.line}: {finding.level}: {finding.kind} {name}"
    return f"{where}: {finding.path}: {finding.message}{remedy}"

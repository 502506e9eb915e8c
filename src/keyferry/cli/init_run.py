"""What `keyferry init` does: takes answers from flags, asks for the others, and writes the file. Called by cli.init."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import typer

from keyferry.cli import init_text
from keyferry.cli.init_answers import QUESTIONS, Answers, Question
from keyferry.kube import yaml_documents
from keyferry.model.errors import SpecError
from keyferry.provision import staging
from keyferry.spec.estate import parsing

STDOUT: Final = "-"
Given: TypeAlias = Mapping[str, str | None]  # answers of flags, by the names of questions
Ask: TypeAlias = Callable[[Question, str], str]  # takes a question and its default


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where the file goes, `-` being standard output, and whether one that is there is replaced."""

    out: str
    force: bool


def run(given: Given, wish: Wish, ask: Ask | None) -> None:
    """Write the estate; without `ask` nobody is there to answer, and defaults are taken.

    SpecError, with nothing written, where an answer is wrong or missing, or the file is there.
    """
    path = Path(wish.out)
    if wish.out != STDOUT and not wish.force and path.exists():
        raise SpecError(
            what=f"{wish.out} is there already",
            cause="keyferry init overwrites nothing unless told to",
            remedy="take another name by --out, or replace it by --force",
        )
    text = init_text.render(answered(given, ask))
    parsing.parse(yaml_documents.documents(text)[0])
    if wish.out == STDOUT:
        typer.echo(text, nl=False)
        return
    staging.put(path, text.encode())
    typer.echo(f"wrote {wish.out}; now: keyferry provision render --estate {wish.out}", err=True)


def answered(given: Given, ask: Ask | None) -> Answers:
    """Return an answer to each question that comes up. SpecError lists the flags that are wrong or missing."""
    flags = [(question, given.get(question.name)) for question in QUESTIONS]
    faults = [(question, question.fault(flag)) for question, flag in flags if flag is not None]
    _refuse([f"{question.flag} {fault}" for question, fault in faults if fault])
    answers: dict[str, str] = {}
    wrong: list[str] = []
    for question, flag in flags:
        if question.is_asked(answers):
            answers[question.name] = flag if flag is not None else _open(question, answers, ask, wrong)
        elif flag is not None:
            wrong.append(f"{question.flag} does not go with --cluster {answers['cluster']}")
    _refuse(wrong)
    return answers


def prompt(question: Question, default: str) -> str:
    """Ask on the terminal until the answer will do."""

    def checked(answer: str) -> str:
        if fault := question.fault(answer.strip()):
            raise typer.BadParameter(fault)
        return answer.strip()

    return str(typer.prompt(question.text, default=default or None, value_proc=checked, err=True))


def _open(question: Question, answers: Answers, ask: Ask | None, wrong: list[str]) -> str:
    default = question.default(answers)
    if ask is not None:
        return ask(question, default)
    if not default or (question.fault(default) and not wrong):  # one that is made of a missing answer is not told
        wrong.append(f"{question.flag} is missing: {question.text}")
    return default


def _refuse(wrong: Sequence[str]) -> None:
    if wrong:
        raise SpecError(
            what="no estate can be written",
            cause="\n".join(wrong),
            remedy="correct or add these flags, or run keyferry init on a terminal, where it asks for them",
        )

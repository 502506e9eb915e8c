"""What `kubectl explain` shows is a document that works: no problem, no warning."""

import pytest
import yaml

from keyferry.spec import kind_examples, reviewing
from keyferry.spec.kinds import KINDS
from keyferry.spec.problems import Review


@pytest.mark.parametrize("kind", list(kind_examples.EXAMPLES))
def test_examples_work(kind: str) -> None:
    document = yaml.safe_load(kind_examples.EXAMPLES[kind])
    assert document["kind"] == kind
    assert reviewing.review(document) == Review()


def test_every_kind_that_people_write_here_has_one() -> None:
    others = {"SecretProviderClass", "SecretProviderClassPodStatus"}
    assert {kind.kind for kind in KINDS} - others == set(kind_examples.EXAMPLES)


def test_a_description_ends_with_the_example() -> None:
    assert kind_examples.described("UUID", "Text.").startswith("Text.\n\nExample:\n\n  apiVersion: generators.")
    assert kind_examples.described("Other", "Text.") == "Text."

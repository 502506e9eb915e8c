from keyferry.model.secrets import SecretValue
from keyferry.vault.writing.wish import Outcome, Present, Wish
from tests.fakes.writing_stage import ref


def test_a_wish_does_not_show_its_value() -> None:
    assert "s3cret" not in repr(Wish(ref=ref("db"), value=SecretValue(b"s3cret"), tags={}))


def test_what_is_present_is_other_than_wanted_until_compared() -> None:
    assert not Present(version="v").is_same
    assert len(set(Outcome)) == 7

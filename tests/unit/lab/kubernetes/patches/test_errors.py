from keyferry.lab.kubernetes.patches.errors import PatchError


def test_carries_its_message() -> None:
    error = PatchError("no such field")

    assert (error.message, str(error)) == ("no such field", "no such field")

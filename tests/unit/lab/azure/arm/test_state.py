from keyferry.lab.azure.arm.state import ArmState


def test_two_states_share_nothing() -> None:
    one, other = ArmState(), ArmState()
    one.unregistered["a"] = True
    one.settings.purge_seconds = 5
    assert (other.unregistered, other.settings.purge_seconds) == ({}, 0)

from keyferry.vault.deeds import Deed


def test_deeds_fit_into_a_sentence() -> None:
    assert f"{Deed.READ} secret db" == "reading secret db"
    assert all(deed.endswith("ing") for deed in Deed)

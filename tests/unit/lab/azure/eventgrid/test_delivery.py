from keyferry.lab.azure.eventgrid.delivery import Delivery, Kind


def test_keys_and_tokens_are_not_in_a_repr() -> None:
    delivery = Delivery(
        kind=Kind.NOTIFICATION,
        subscription="s",
        method="POST",
        url="https://h/?key=sesame",
        headers=(("Authorization", "Bearer sesame"),),
        body=b"sesame",
    )
    assert "sesame" not in repr(delivery)

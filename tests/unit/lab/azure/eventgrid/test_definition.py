from keyferry.lab.azure.eventgrid.definition import DeliveryAttribute, WebHook


def test_an_address_is_shown_without_its_query() -> None:
    assert WebHook(url="https://h.example:8443/a/b?key=k").base_url == "https://h.example:8443/a/b"


def test_keys_are_not_in_a_repr() -> None:
    shown = repr(WebHook(url="https://h/?key=sesame", attributes=(DeliveryAttribute(name="x", value="sesame"),)))
    assert "sesame" not in shown

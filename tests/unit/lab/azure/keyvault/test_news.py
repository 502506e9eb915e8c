from keyferry.lab.azure.keyvault import news
from keyferry.lab.azure.keyvault.news import News
from tests.fakes.lab_azure import NOW


def test_nobody_may_listen() -> None:
    news.nobody(
        News(vault="kv-one", kind="Secret", name="a", version="1", not_before=None, expires=None, at=NOW),
    )

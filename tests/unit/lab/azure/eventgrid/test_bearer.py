import json

from keyferry.lab.azure.eventgrid import bearer
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW, TENANT


def test_the_token_says_for_whom_it_is_and_whose() -> None:
    claims = json.loads(lab_grid.TOKENS.bearer(TENANT, "api://hook", "principal", NOW))
    assert claims["aud"] == "api://hook"
    assert claims["iss"] == f"https://sts.windows.net/{TENANT}/"
    assert (claims["tid"], claims["appid"], claims["oid"]) == (TENANT, bearer.APPLICATION, "principal")
    assert claims["roles"] == [bearer.ROLE]
    assert claims["nbf"] == NOW.timestamp() == claims["exp"] - 3600

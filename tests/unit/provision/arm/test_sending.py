"""On a loop whose clock jumps: what is waited for takes no time."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, cast

import aiohttp
import pytest
from azure.core.credentials import AccessTokenInfo

from keyferry.identity.http import Proxies
from keyferry.model.errors import GrantError, KeyferryError, Throttled, Unavailable
from keyferry.provision.arm.sending import ResourceManager
from keyferry.provision.arm.wire import Dialogue, Request, Response
from tests.fakes import virtual_time

THING = Request(method="GET", path="/thing", version="2024-11-01", about="the thing")


class Tokens:
    async def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        assert scopes == ("https://management.azure.com/.default",)
        return AccessTokenInfo("a-token", 0)


class Answer:
    """One answer, or a connection that breaks."""

    def __init__(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self._body = body

    async def __aenter__(self) -> Self:
        if not self.status:
            raise aiohttp.ClientConnectionError("it broke")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to let go."""

    async def read(self) -> bytes:
        return self._body


class Http:
    """Gives its answers in turn, the last one again and again, and notes when it was asked for what."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = deque(answers)
        self.asked: list[float] = []
        self.last: Mapping[str, Any] = {}

    def request(self, method: str, url: str, **options: Any) -> Answer:
        self.asked.append(asyncio.get_running_loop().time() - 1_000)
        self.last = {"method": method, "url": url, **options}
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]


def manager(http: Http, environment: Mapping[str, str] | None = None) -> ResourceManager:
    session = cast("aiohttp.ClientSession", http)
    return ResourceManager("management.azure.com", Tokens(), session, Proxies(environment or {}))


def sent(http: Http, request: Request = THING) -> Response:
    async def play() -> Response:
        return await manager(http).send(request)

    return virtual_time.run(play())


def test_asks_with_token_version_and_proxy() -> None:
    http = Http(Answer(200, b'{"a": 1}'))
    wanted = Request(method="PUT", path="/thing", version="2024-11-01", about="", body={"b": 2})

    async def play() -> Response:
        environment = {"HTTPS_PROXY": "http://user:word@proxy.example:3128"}
        return await manager(http, environment).send(wanted)

    assert virtual_time.run(play()).content == {"a": 1}
    assert http.last["headers"]["Authorization"] == "Bearer a-token"
    assert (http.last["method"], http.last["data"]) == ("PUT", b'{"b":2}')
    assert http.last["params"] == {"api-version": "2024-11-01"}
    assert str(http.last["proxy"]) == "http://proxy.example:3128"
    assert "Proxy-Authorization" in http.last["proxy_headers"]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        pytest.param([Answer(200)], [0], id="at-once"),
        pytest.param([Answer(429, Retry_After="7"), Answer(200)], [0, 7], id="as-long-as-it-says"),
        pytest.param([Answer(503), Answer(0), Answer(200)], [0, 1, 3], id="down-and-unreachable"),
        pytest.param([*(Answer(503) for _ in range(4)), Answer(200)], [0, 1, 3, 7, 15], id="until-the-last-try"),
    ],
)
def test_has_patience(answers: list[Answer], asked: list[float]) -> None:
    http = Http(*answers)
    assert sent(http).status == 200
    assert http.asked == asked


@pytest.mark.parametrize(
    ("answer", "kind", "times"),
    [
        pytest.param(Answer(429), Throttled, 5, id="throttled-for-long"),
        pytest.param(Answer(429, Retry_After="3600"), Throttled, 1, id="asked-to-wait-too-long"),
        pytest.param(Answer(0), Unavailable, 5, id="unreachable"),
        pytest.param(Answer(403), GrantError, 1, id="refused"),
    ],
)
def test_gives_up_with_the_reason(answer: Answer, kind: type[KeyferryError], times: int) -> None:
    http = Http(answer)
    with pytest.raises(kind, match="the thing"):
        sent(http)
    assert len(http.asked) == times


def test_hands_over_a_refusal_that_is_accepted() -> None:
    accepting = Request(method="GET", path="/thing", version="1", about="", accepts=frozenset({404}))
    assert sent(Http(Answer(404)), accepting).status == 404


def test_carries_a_dialogue_to_its_end_and_tells_of_each_request() -> None:
    def dialogue() -> Dialogue[list[int]]:
        one = yield THING
        two = yield Request(method="GET", path="/b", version="1", about="b", after=timedelta(seconds=5))
        return [one.status, two.status]

    http, told = Http(Answer(200), Answer(201)), list[str]()

    async def play() -> list[int]:
        return await manager(http).carry_out(dialogue(), told.append)

    assert virtual_time.run(play()) == [200, 201]
    assert told == ["the thing", "b"]
    assert http.asked == [0, 5]

"""The api-versions that each resource type is offered in, and the refusal of others.

The lists are those of https://github.com/Azure/azure-rest-api-specs; previews that nobody uses any more are left out.
"""

import re
from typing import Final

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.routing import Route
from keyferry.lab.world.http import Request

SUBSCRIPTIONS: Final = (
    *("2014-04-01", "2015-11-01", "2016-06-01", "2016-09-01", "2018-02-01", "2018-06-01", "2019-03-01", "2019-06-01"),
    *("2019-10-01", "2019-11-01", "2020-01-01", "2020-05-01", "2020-06-01", "2020-08-01", "2021-01-01", "2021-04-01"),
    *("2022-06-01", "2022-09-01", "2022-12-01", "2024-11-01", "2025-04-01"),
)
RESOURCES: Final = (
    *("2015-11-01", "2016-02-01", "2016-06-01", "2016-09-01", "2017-05-10", "2018-02-01", "2018-05-01", "2019-03-01"),
    *("2019-05-01", "2019-05-10", "2019-07-01", "2019-08-01", "2019-10-01", "2020-06-01", "2020-08-01", "2020-10-01"),
    *("2021-01-01", "2021-04-01", "2022-06-01", "2022-09-01", "2023-07-01", "2024-03-01", "2024-07-01", "2024-11-01"),
    "2025-04-01",
)
IDENTITIES: Final = (
    *("2015-08-31-preview", "2018-11-30", "2021-09-30-preview", "2022-01-31-preview", "2023-01-31"),
    *("2023-07-31-preview", "2024-11-30", "2025-01-31-preview", "2025-05-31-preview"),
)
FEDERATED_CREDENTIALS: Final = tuple(each for each in IDENTITIES if each >= "2022")
ROLE_ASSIGNMENTS: Final = (
    *("2015-06-01", "2015-07-01", "2016-07-01", "2017-05-01", "2017-09-01", "2017-10-01-preview"),
    *("2018-01-01-preview", "2018-07-01", "2018-09-01-preview", "2018-12-01-preview", "2019-04-01-preview"),
    *("2020-03-01-preview", "2020-04-01-preview", "2020-08-01-preview", "2020-10-01-preview", "2021-04-01-preview"),
    *("2022-01-01-preview", "2022-04-01"),
)
ROLE_DEFINITIONS: Final = (
    *("2015-06-01", "2015-07-01", "2016-07-01", "2017-05-01", "2017-09-01", "2018-01-01-preview", "2018-07-01"),
    *("2022-04-01", "2022-05-01-preview"),
)
PERMISSIONS: Final = (
    *("2015-06-01", "2015-07-01", "2018-01-01-preview", "2018-05-01-preview", "2018-07-01", "2022-04-01"),
    "2022-05-01-preview",
)
VAULTS: Final = (
    *("2015-06-01", "2016-10-01", "2018-02-14-preview", "2018-02-14", "2019-09-01", "2020-04-01-preview"),
    *("2021-04-01-preview", "2021-06-01-preview", "2021-10-01", "2021-11-01-preview", "2022-02-01-preview"),
    *("2022-07-01", "2022-11-01", "2023-02-01", "2023-07-01", "2024-04-01-preview", "2024-11-01"),
    *("2024-12-01-preview", "2025-05-01", "2026-02-01", "2026-05-15"),
)
CLUSTERS: Final = (
    *("2020-09-01", "2021-02-01", "2021-03-01", "2021-05-01", "2021-07-01", "2021-08-01", "2021-09-01", "2021-10-01"),
    *("2022-01-01", "2022-02-01", "2022-03-01", "2022-04-01", "2022-06-01", "2022-07-01", "2022-08-03-preview"),
    *("2022-09-01", "2022-11-01", "2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01", "2023-06-01"),
    *("2023-07-01", "2023-08-01", "2023-09-01", "2023-10-01", "2023-11-01", "2024-01-01", "2024-02-01", "2024-05-01"),
    *("2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01", "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"),
    *("2025-05-01", "2025-07-01", "2025-08-01", "2025-09-01", "2025-10-01", "2026-01-01", "2026-02-01", "2026-03-01"),
    *("2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"),
)
IDENTITY_BINDINGS: Final = tuple(each for each in CLUSTERS if each >= "2026-04-01")
WORKSPACES: Final = (
    *("2020-03-01-preview", "2020-08-01", "2020-10-01", "2021-06-01", "2021-12-01-preview", "2022-10-01"),
    *("2023-09-01", "2025-02-01", "2025-07-01"),
)
DIAGNOSTIC_SETTINGS: Final = ("2017-05-01-preview", "2021-05-01-preview")
EVENT_GRID: Final = (
    *("2020-06-01", "2020-10-15-preview", "2021-06-01-preview", "2021-10-15-preview", "2021-12-01", "2022-06-15"),
    *("2023-06-01-preview", "2023-12-15-preview", "2024-06-01-preview", "2024-12-15-preview", "2025-02-15"),
    *("2025-04-01-preview", "2025-07-15-preview"),
)

_FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?")


def demanded(request: Request) -> str:
    """Return the api-version that the request asks for, lower case. RefusedError (400) where it asks for none."""
    version = request.parameter("api-version").lower()
    if not version:
        raise RefusedError(
            400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required."
        )
    return version


def check(route: Route, version: str) -> None:
    """Return if `route` is offered in `version`. RefusedError (400) lists those in which it is."""
    if version in route.versions:
        return
    known = ", ".join(reversed(route.versions))
    if not route.namespace or not _FORM.fullmatch(version):
        raise RefusedError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version[:40]}' is invalid. The supported versions are '{known}'.",
        )
    raise RefusedError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider serves the type '{route.type.partition('/')[2]}' with the API version "
        f"'{version}'. The supported api-versions are '{known}'.",
    )

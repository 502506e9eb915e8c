"""ValidatingWebhookConfigurations and MutatingWebhookConfigurations: their defaults, and which the server takes.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ and
`kubernetes/pkg/apis/admissionregistration/validation`.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.builtin import webhook_conditions, webhook_rules
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, required, unsupported

FAILURE_POLICIES: Final = ("Fail", "Ignore")
MATCH_POLICIES: Final = ("Equivalent", "Exact")
SIDE_EFFECTS: Final = ("None", "NoneOnDryRun")
REINVOCATION_POLICIES: Final = ("IfNeeded", "Never")
REVIEW_VERSIONS: Final = ("v1", "v1beta1")
MAX_TIMEOUT_SECONDS: Final = 30
MAX_PORT: Final = 65535
_SEGMENTS = 3
_FORM = "; desired format: https://host[/path]"


def default_validating(new: Object, _old: Object | None) -> None:
    """Fill in what a configuration does not say: a webhook that fails refuses, sees any version, may take 10 s."""
    for hook in objects.items(new.get("webhooks")):
        hook.setdefault("failurePolicy", "Fail")
        hook.setdefault("matchPolicy", "Equivalent")
        hook.setdefault("namespaceSelector", {})
        hook.setdefault("objectSelector", {})
        hook.setdefault("timeoutSeconds", 10)
        for rule in objects.items(hook.get("rules")):
            rule.setdefault("scope", "*")
        service = objects.dig(hook, "clientConfig", "service")
        if isinstance(service, dict):
            service.setdefault("port", 443)


def default_mutating(new: Object, old: Object | None) -> None:
    """The same, and nobody is asked again."""
    default_validating(new, old)
    for hook in objects.items(new.get("webhooks")):
        hook.setdefault("reinvocationPolicy", "Never")


def validate(new: Object, _old: Object | None) -> list[Problem]:
    """Problems of a configuration of either kind."""
    found: list[Problem] = []
    seen: set[str] = set()
    for index, hook in enumerate(objects.items(new.get("webhooks"))):
        path, name = f"webhooks[{index}]", str(hook.get("name") or "")
        found += _hook(path, hook, name)
        if name and name in seen:
            found.append(duplicate(f"{path}.name", name))
        seen.add(name)
    return found


def _hook(path: str, hook: Object, name: str) -> list[Problem]:
    found = _named(f"{path}.name", name)
    for index, rule in enumerate(objects.items(hook.get("rules"))):
        found += webhook_rules.validate(f"{path}.rules[{index}]", rule)
    found += _choices(path, hook) + _versions(f"{path}.admissionReviewVersions", hook)
    seconds = hook["timeoutSeconds"]
    if not 1 <= seconds <= MAX_TIMEOUT_SECONDS:
        why = f"the timeout value must be between 1 and {MAX_TIMEOUT_SECONDS} seconds"
        found.append(invalid(f"{path}.timeoutSeconds", seconds, why))
    for field in ("namespaceSelector", "objectSelector"):
        found += _selector(f"{path}.{field}", hook.get(field))
    found += webhook_conditions.validate(f"{path}.matchConditions", hook.get("matchConditions") or [])
    return found + _client(f"{path}.clientConfig", hook.get("clientConfig") or {})


def _named(path: str, name: str) -> list[Problem]:
    if not name:
        return [required(path)]
    found = names.subdomain(path, name)
    if not found and len(name.split(".")) < _SEGMENTS:
        found.append(invalid(path, name, "should be a domain with at least three segments separated by dots"))
    return found


def _choices(path: str, hook: Object) -> list[Problem]:
    found = [
        unsupported(f"{path}.{field}", hook[field], known)
        for field, known in (
            ("failurePolicy", FAILURE_POLICIES),
            ("matchPolicy", MATCH_POLICIES),
            ("reinvocationPolicy", REINVOCATION_POLICIES),
            ("sideEffects", SIDE_EFFECTS),
        )
        if field in hook and hook[field] not in known
    ]
    if "sideEffects" not in hook:
        found.append(required(f"{path}.sideEffects", f"must specify one of {', '.join(SIDE_EFFECTS)}"))
    return found


def _versions(path: str, hook: Object) -> list[Problem]:
    versions, known = hook.get("admissionReviewVersions") or [], ", ".join(REVIEW_VERSIONS)
    if not versions:
        return [required(path, f"must specify one of {known}")]
    found = [
        invalid(f"{path}[{index}]", version, "duplicate version")
        for index, version in enumerate(versions)
        if version in versions[:index]
    ]
    if not set(versions) & set(REVIEW_VERSIONS):
        found.append(invalid(path, versions, f"must include at least one of {known}"))
    return found


def _selector(path: str, selector: Any) -> list[Problem]:
    labels = objects.dig(selector, "matchLabels") or {}
    found = names.labels(f"{path}.matchLabels", labels)
    for index, one in enumerate(objects.items(objects.dig(selector, "matchExpressions"))):
        at, operator, values = f"{path}.matchExpressions[{index}]", one.get("operator"), one.get("values")
        if operator in ("In", "NotIn"):
            found += (
                [] if values else [required(f"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'")]
            )
        elif operator in ("Exists", "DoesNotExist"):
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            found += [forbidden(f"{at}.values", why)] if values else []
        else:
            found.append(invalid(f"{at}.operator", operator, "not a valid selector operator"))
        found += names.qualified(f"{at}.key", str(one.get("key") or ""))
    return found


def _client(path: str, config: Object) -> list[Problem]:
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        return [required(path, "exactly one of url or service is required")]
    return _url(f"{path}.url", str(url)) if service is None else _service(f"{path}.service", service)


def _url(path: str, text: str) -> list[Problem]:
    try:
        url = urlsplit(text)
    except ValueError as refusal:
        return [required(path, f"url must be a valid URL: {refusal}{_FORM}")]
    found = []
    if url.scheme != "https":
        found.append(invalid(path, url.scheme, f"'https' is the only allowed URL scheme{_FORM}"))
    if not url.hostname:
        found.append(invalid(path, "", f"host must be provided{_FORM}"))
    if url.username is not None:
        found.append(invalid(path, url.username, "user information is not permitted in the URL"))
    if url.fragment:
        found.append(invalid(path, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        found.append(invalid(path, url.query, "query parameters are not permitted in the URL"))
    return found


def _service(path: str, service: Object) -> list[Problem]:
    fields = ("name", "namespace")
    found = [required(f"{path}.{one}", f"service {one} is required") for one in fields if not service.get(one)]
    port = service["port"]
    if not 1 <= port <= MAX_PORT:
        found.append(invalid(f"{path}.port", port, f"port is not valid: must be between 1 and {MAX_PORT}, inclusive"))
    return found + _path(f"{path}.path", str(service.get("path") or ""))


def _path(path: str, text: str) -> list[Problem]:
    if text in ("", "/"):
        return []
    found = [] if text.startswith("/") else [invalid(path, text, "must start with a '/'")]
    for index, step in enumerate(text[1:].removesuffix("/").split("/")):
        if not step:
            found.append(invalid(path, text, f"segment[{index}] may not be empty"))
        elif names.subdomain(path, step):
            why = str(names.subdomain(path, step)[0].body).partition(": ")[2].partition(": ")[2]
            found.append(invalid(path, text, f"segment[{index}]: {why}"))
    return found

from keyferry.lab.kubernetes.resources import Registry, Resource

SECRET = Resource(group="", version="v1", kind="Secret", plural="secrets")
FERRY = Resource(group="example.com", version="v1", kind="Ferry", plural="ferries", custom=True)
OLD_FERRY = Resource(group="example.com", version="v1beta1", kind="Ferry", plural="ferries", custom=True)
EVENT = Resource(group="events.k8s.io", version="v1", kind="Event", plural="events", storage=("", "events"))


def test_names_itself_as_messages_do() -> None:
    assert (SECRET.group_version, SECRET.qualified, SECRET.list_kind) == ("v1", "secrets", "SecretList")
    assert (FERRY.group_version, FERRY.qualified) == ("example.com/v1", "ferries.example.com")


def test_versions_share_their_storage() -> None:
    assert FERRY.storage_key == OLD_FERRY.storage_key == ("example.com", "ferries")
    assert EVENT.storage_key == ("", "events")


def test_shows_stored_objects_as_they_are_unless_told_otherwise() -> None:
    document = {"metadata": {"name": "a"}}
    assert SECRET.view(document) is document
    assert SECRET.behaviour.to_storage(document) is document
    assert SECRET.behaviour.validate(document, None) == []


def test_serves_and_withdraws_custom_resources() -> None:
    review = Resource(group="", version="v1", kind="Review", plural="reviews", verbs=("create",))
    registry = Registry([SECRET, review])
    registry.serve("ferries.example.com", [FERRY, OLD_FERRY])
    assert registry.find("example.com", "v1", "ferries") is FERRY
    assert registry.of_kind("example.com/v1beta1", "Ferry") is OLD_FERRY
    assert registry.edition == 1
    registry.withdraw("ferries.example.com")
    registry.withdraw("ferries.example.com")
    assert registry.find("example.com", "v1", "ferries") is None
    assert (list(registry), registry.edition) == ([SECRET, review], 2)


def test_built_in_kinds_cannot_be_replaced() -> None:
    registry = Registry([SECRET])
    registry.serve("x", [Resource(group="", version="v1", kind="Fake", plural="secrets")])
    assert registry.find("", "v1", "secrets") is SECRET

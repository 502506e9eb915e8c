"""What a feed shows of itself."""

from keyferry.model.secrets import ObjectKind
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.choice import Mode
from tests.fakes.model_vault import VAULT, identity


def test_activities_are_words_for_labels() -> None:
    assert all(activity.value.replace("_", "").isalpha() for activity in Activity)


def test_a_view_tells_whose_feed_it_is() -> None:
    view = FeedView(
        vault_url=VAULT,
        identity=identity("api"),
        kind=ObjectKind.SECRET,
        tracked=3,
        pages=None,
        mode=Mode.READS,
        why="",
        last_pass=None,
    )

    assert view.identity.who == "managed identity api"

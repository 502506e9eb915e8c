"""What upstream's flags become: fields of the operator's settings."""

from datetime import timedelta

import pytest

from keyferry.cli import upstream_options
from keyferry.model.errors import SpecError
from keyferry.sync.settings import Settings


def test_their_defaults_are_those_of_the_settings() -> None:
    assert Settings(**upstream_options.options().fields) == Settings()


def test_each_says_what_it_is_named_for() -> None:
    found = Settings(
        **upstream_options.options(
            store_requeue_interval="30s",
            live_addr=":8082",
            leader_election_id="mine",
            template_left_delimiter="[[",
            template_right_delimiter="]]",
            enable_cluster_store_reconciler=False,
            enable_cluster_push_secret_reconciler=False,
            unsafe_allow_generic_targets=True,
        ).fields
    )
    assert found.store_interval == timedelta(seconds=30)
    assert (found.live_address, found.lease_name, found.delimiters) == (":8082", "mine", ("[[", "]]"))
    assert not found.served.cluster_secret_stores
    assert not found.served.cluster_push_secrets
    assert found.served.push_secrets
    assert found.served.secret_stores
    assert found.generic_targets


def test_an_interval_that_is_none() -> None:
    with pytest.raises(SpecError):
        upstream_options.options(store_requeue_interval="soon")

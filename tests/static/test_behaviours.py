"""Upstream's behaviours by their numbers, and the tests that show each of them: deciding, and on a cluster.

The numbers are those of the list that this project keeps of External Secrets Operator 2.9: 1 to 50 are what its own
tests assert, R1 to R12 the rules that other implementations break most often. Tests of `tests/scenario` in the second
column are marked `any_cluster` and play wherever `--kubeconfig` says; those of `tests/contract` play on a fake API
server. A `-` is followed by the reason.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ROOT / "tests"
SYNC: Final = "unit/sync"
PLAN: Final = f"{SYNC}/test_plan.py"
RENDER: Final = f"{SYNC}/test_render.py"
SCHEDULE: Final = f"{SYNC}/test_schedule.py"
DESIRED: Final = f"{SYNC}/test_desired_secret.py"
POLICIES: Final = "contract/sync/test_policies.py"
TEMPLATES: Final = "contract/sync/test_templates.py"
TAGS: Final = f"{SYNC}/rendering/test_tags.py"
PUSHES: Final = f"{SYNC}/push/test_reconciler.py"
CHOICE: Final = "unit/vault/writing/test_choice.py"
WRITER: Final = "unit/vault/writing/test_writer.py"
ALL: Final = "scenario/test_behaviours.py"
STORIES: Final = "scenario/test_external_secrets.py"
STORES: Final = "scenario/test_cluster_stores.py"
PUSH: Final = "scenario/test_push_secrets.py"
FANOUT: Final = "scenario/test_fanout.py"

NAMES: Final = "test_1_2_a_secret_is_called_as_its_external_secret_or_as_long_as_names_may_be"
METADATA: Final = "test_4_5_6_metadata_of_others_stays_and_ours_follows"
MERGED: Final = "test_9_10_14_merging_overwrites_hashes_all_and_then_rests"
MENDED: Final = "test_11_12_13_renamed_deleted_and_edited_ones_are_put_right"
VANISHED: Final = "test_15_21_22_23_what_goes_from_the_vault"
FAILING: Final = "test_17_18_33_34_what_fails_is_told_and_heals"
SHAPED: Final = "test_24_25_26_templates_shape_the_secret"
ONCE: Final = "test_29_30_created_once_is_once"
TAGGED: Final = "test_35_36_38_tags_and_dates_can_be_fetched_and_an_end_is_told"
EACH_POLICY: Final = "test_each_policy_at_once"

# number: (what decides, what a cluster shows)
SHOWN: Final[dict[str, tuple[str, str]]] = {
    "1": (f"{PLAN}::test_the_status_tells_of_the_success", f"{ALL}::{NAMES}"),
    "2": (f"{PLAN}::test_the_status_tells_of_the_success", f"{ALL}::{NAMES}"),
    "3": (f"{PLAN}::test_none_writes_nothing_and_binds_nothing", f"{STORIES}::{EACH_POLICY}"),
    "4": (f"{PLAN}::test_creates_the_secret", f"{ALL}::{METADATA}"),
    "5": (f"{PLAN}::test_foreign_metadata_stays_and_our_stale_metadata_goes", f"{ALL}::{METADATA}"),
    "6": (f"{PLAN}::test_foreign_metadata_stays_and_our_stale_metadata_goes", f"{ALL}::{METADATA}"),
    "7": (
        f"{DESIRED}::test_merging_takes_the_values_of_others",
        f"{STORIES}::test_7_a_shared_secret_has_two_writers_and_follows",
    ),
    "8": (f"{PLAN}::test_merge_looks_for_a_secret_that_nobody_manages", f"{STORIES}::{EACH_POLICY}"),
    "9": (f"{POLICIES}::test_9_of_a_clash_the_vault_wins", f"{ALL}::{MERGED}"),
    "10": (f"{PLAN}::test_a_shared_secret_is_read_until_it_is_known_to_be_right", f"{ALL}::{MERGED}"),
    "11": (f"{PLAN}::test_a_former_target_is_deleted_after_the_new_one_is_written", f"{ALL}::{MENDED}"),
    "12": (f"{PLAN}::test_asks_the_vault_only_when_it_must", f"{ALL}::{MENDED}"),
    "13": (f"{PLAN}::test_asks_the_vault_only_when_it_must", f"{ALL}::{MENDED}"),
    "14": (f"{POLICIES}::test_14_the_hash_is_of_all_keys", f"{ALL}::{MERGED}"),
    "15": (f"{TEMPLATES}::test_15_a_key_that_the_template_no_longer_makes_goes", f"{ALL}::{VANISHED}"),
    "16": (f"{SCHEDULE}::test_due", f"{ALL}::test_16_an_interval_of_zero_is_once_whatever_changes"),
    "17": (f"{PLAN}::test_keeps_the_last_good_secret_when_a_read_fails", f"{ALL}::{FAILING}"),
    "18": (f"{SYNC}/test_observe.py::test_an_unknown_store", f"{ALL}::{FAILING}"),
    "19": (f"{SYNC}/test_observe.py::test_is_foreign", f"{ALL}::test_19_a_store_of_another_class_is_nobodys_business"),
    "20": (
        "unit/spec/test_store_conditions.py::",
        f"{STORES}::test_a_store_serves_the_namespaces_of_its_conditions_and_those_that_come_to_fit",
    ),
    "21": (f"{PLAN}::test_when_the_vault_has_nothing", f"{ALL}::{VANISHED}"),
    "22": (f"{PLAN}::test_when_the_vault_has_nothing", f"{ALL}::{VANISHED}"),
    "23": (f"{POLICIES}::test_23_a_key_that_is_gone_from_the_vault_goes_and_foreign_ones_stay", f"{ALL}::{VANISHED}"),
    "24": (f"{DESIRED}::test_a_template_shapes_it", f"{ALL}::{SHAPED}"),
    "25": (f"{RENDER}::test_later_entries_win_and_data_wins_over_data_from", f"{ALL}::{SHAPED}"),
    "26": (f"{SYNC}/rendering/test_templates.py::test_makes_the_data", f"{ALL}::{SHAPED}"),
    "27": (
        f"{SYNC}/rendering/test_entries.py::test_a_rewrite_takes_the_place_of_the_conversion",
        f"{STORIES}::test_27_keys_are_rewritten_and_wrong_ones_are_told",
    ),
    "28": (f"{RENDER}::test_null_bytes_fail_where_asked", f"{ALL}::test_28_null_bytes_fail_where_asked"),
    "29": (f"{POLICIES}::test_29_one_that_is_made_anew_overwrites_unless_immutable", f"{ALL}::{ONCE}"),
    "30": (f"{PLAN}::test_who_repairs_before_the_interval", f"{ALL}::{ONCE}"),
    "31": (
        "unit/spec/test_crd.py::test_strategies_have_a_default_in_v1beta1_alone",
        f"{STORIES}::test_31_what_is_not_set_stays_unset",
    ),
    "32": (f"{SYNC}/test_wakes.py::", "- a cluster shows no looks, only what they lead to"),
    "33": (f"{RENDER}::test_an_absent_secret", f"{ALL}::{FAILING}"),
    "34": ("unit/spec/test_keys.py::", f"{ALL}::{FAILING}"),
    "35": (f"{TAGS}::test_what_a_data_entry_takes", f"{STORIES}::{TAGGED}"),
    "36": (f"{TAGS}::test_what_a_data_entry_takes", f"{STORIES}::{TAGGED}"),
    "37": (f"{RENDER}::test_every_member_is_a_key", f"{ALL}::test_37_nested_members_stay_as_they_are_written"),
    "38": (f"{TAGS}::test_what_an_extract_takes", f"{STORIES}::{TAGGED}"),
    "39": (
        f"{CHOICE}::test_somebody_else_s_object_is_refused",
        f"{PUSH}::test_somebody_else_s_secret_is_refused_and_survives_the_push_secret",
    ),
    "40": (f"{CHOICE}::test_step", f"{PUSH}::test_secret_certificate_and_key_are_pushed_followed_and_deleted"),
    "41": (
        "unit/vault/writing/test_certificate_forms.py::test_certificates_of_every_form",
        f"{PUSH}::test_a_tls_secret_becomes_a_certificate_by_its_template",
    ),
    "42": (f"{PUSHES}::test_what_is_somebody_else_s_by_now_stays_and_is_told", "- a story would have to race it"),
    "43": (
        f"{SYNC}/stores/test_accounts.py::test_a_secret_and_an_annotation_may_not_both_name_the_client",
        f"{ALL}::test_43_an_identity_that_is_named_twice_is_none",
    ),
    "44": (f"{PUSHES}::test_a_removal_that_fails_keeps_old_and_new_listed", "- needs a vault that refuses one call"),
    "45": (
        f"{PUSHES}::test_the_end_of_the_source_is_the_end_of_what_was_pushed",
        f"{PUSH}::test_the_end_of_the_source_is_the_end_of_what_was_pushed",
    ),
    "46": (f"{PUSHES}::test_if_not_exists_leaves_what_is_there", f"{PUSH}::test_46_what_exists_is_left_where_asked"),
    "47": (
        f"{SYNC}/fanout/test_plan.py::test_a_place_that_is_taken_is_told_with_its_remedy",
        f"{FANOUT}::test_a_cluster_external_secret_delivers_to_every_namespace_that_fits",
    ),
    "48": (
        f"{SYNC}/fanout/test_child.py::test_difference",
        f"{FANOUT}::test_a_cluster_external_secret_delivers_to_every_namespace_that_fits",
    ),
    "49": (
        f"{SYNC}/stores/test_holding.py::test_finalizers",
        f"{PUSH}::test_a_store_stays_while_a_push_secret_needs_it",
    ),
    "50": (
        f"{TEMPLATES}::test_what_fails_keeps_the_last_good_secret",
        f"{STORIES}::test_what_fails_in_a_template_shows_no_value_and_keeps_the_secret",
    ),
    "R1": (f"{SCHEDULE}::test_due", f"{ALL}::test_16_an_interval_of_zero_is_once_whatever_changes"),
    "R2": (f"{RENDER}::test_the_hash_is_that_of_the_data", f"{ALL}::{MERGED}"),
    "R3": (f"{POLICIES}::test_foreign_keys_go_where_the_secret_is_ours", f"{ALL}::{MENDED}"),
    "R4": (f"{PLAN}::test_an_unowned_secret_is_adopted_and_its_lost_keys_are_named", f"{ALL}::{METADATA}"),
    "R5": (f"{TEMPLATES}::test_an_empty_template_keeps_the_data_and_copies_no_metadata", f"{ALL}::{METADATA}"),
    "R6": ("unit/spec/test_keys.py::", f"{ALL}::{FAILING}"),
    "R7": (
        f"{SYNC}/stores/test_plan.py::test_a_vault_that_answers",
        f"{STORES}::test_one_account_of_the_platform_serves_all",
    ),
    "R8": ("unit/identity/test_credentials.py::", "- done right: one credential for each identity"),
    "R9": (f"{RENDER}::test_any_other_refusal_fails_under_every_policy", f"{ALL}::{FAILING}"),
    "R10": (
        "unit/spec/test_crd.py::test_strategies_have_a_default_in_v1beta1_alone",
        f"{STORIES}::test_31_what_is_not_set_stays_unset",
    ),
    "R11": (f"{SYNC}/test_wakes.py::", f"{STORIES}::test_a_template_of_a_config_map_takes_effect_at_once"),
    "R12": (
        f"{PLAN}::test_lets_a_deleted_one_go",
        f"{FANOUT}::test_what_upstreams_operator_left_holds_nothing_up",
    ),
}


@pytest.mark.parametrize(
    "shown", [pytest.param(test, id=f"{number}") for number, both in SHOWN.items() for test in both]
)
def test_what_is_named_is_there(shown: str) -> None:
    if shown.startswith("- "):
        return
    file, _, name = shown.partition("::")
    assert (TESTS / file).exists(), f"{file} is not there"
    assert not name or name in names_in(file), f"{file} has no {name}"


@pytest.mark.parametrize("number", SHOWN)
def test_what_a_cluster_shows_plays_on_any(number: str) -> None:
    shown = SHOWN[number][1]
    if not shown.startswith("- "):
        assert "pytest.mark.any_cluster" in (TESTS / shown.partition("::")[0]).read_text()


def test_every_number_is_there() -> None:
    assert list(SHOWN) == [*map(str, range(1, 51)), *(f"R{number}" for number in range(1, 13))]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text())
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions)

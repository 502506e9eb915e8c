"""PodDisruptionBudget: how many pods an eviction must leave. Here nothing is evicted, so budgets are kept alone."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import described, int_or_string, integer, string, struct

POD_DISRUPTION_BUDGET = metadata.kind(
    ("policy", "v1", "PodDisruptionBudget"),
    "How many pods of a set must stay when some are evicted.",
    {
        "spec": struct(
            "The budget.",
            {
                "selector": described(metadata.LABEL_SELECTOR, "The pods."),
                "minAvailable": int_or_string("So many must stay, a number or a share."),
                "maxUnavailable": int_or_string("So many may go, a number or a share."),
                "unhealthyPodEvictionPolicy": string(
                    "When pods that are not ready may be evicted.", one_of=("IfHealthyBudget", "AlwaysAllow")
                ),
            },
        ),
        "status": struct(
            "What there is.",
            {
                "observedGeneration": integer("The generation that this is of.", bits=64),
                "disruptionsAllowed": integer("How many may go now."),
                "currentHealthy": integer("How many are ready."),
                "desiredHealthy": integer("How many must be."),
                "expectedPods": integer("How many there are."),
            },
        ),
    },
)

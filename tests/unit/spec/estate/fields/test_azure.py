"""keyferry.spec.estate.fields.azure"""

from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.fields import azure
from keyferry.spec.schema import Text


def test_clouds_are_those_of_the_type() -> None:
    cloud = azure.AZURE.fields["cloud"]
    assert isinstance(cloud, Text)
    assert cloud.enum == tuple(Cloud)


def test_a_cluster_is_one() -> None:
    assert (azure.CLUSTER.min_properties, azure.CLUSTER.max_properties) == (1, 1)

"""What is done with an object of a vault, in the words of a message. Pure."""

from enum import StrEnum


class Deed(StrEnum):
    """What was asked for when a request failed: all requests that a write needs are WRITE."""

    READ = "reading"
    WRITE = "writing"
    DELETE = "deleting"
    RECOVER = "recovering"

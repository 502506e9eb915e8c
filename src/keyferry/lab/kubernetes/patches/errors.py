"""The one error of this package."""


class PatchError(Exception):
    """The patch is malformed or does not fit the document. `message` is for the client that sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

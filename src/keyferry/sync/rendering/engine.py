"""Templates as sync uses them: compiled once, run with the world that this process allows them to see."""

from keyferry.model.errors import SpecError


class Engine:
    """Renders keys and values. Templates that were used lately stay compiled."""

    def transform(self, template: str, key: str) -> str:
        """Return the name that a rewrite's template gives to a key. Raises `SpecError`."""
        raise SpecError(what=f"a template of {len(template)} characters is not rendered for {len(key)} yet")

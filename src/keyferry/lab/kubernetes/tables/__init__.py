"""Tables, as `kubectl get` asks for them: columns and cells for built-in kinds and for custom resources.

May import: `objects`, `resources`. Must stay out: the store, HTTP.
"""

"""What the server tells about itself: groups and resources, OpenAPI documents, its version.

May import: `resources`, `schemas`, `requests.negotiation`. Must stay out: stored objects.
"""

"""What is off in a document, though an API server would take it: rules with cause and remedy, each written once. Pure.

`keyferry webhook` says them as admission warnings, `keyferry check` offline. May import the document's types (spec,
template) and what is beneath them; asks nothing itself: what is known beyond the document is `surroundings`.
"""

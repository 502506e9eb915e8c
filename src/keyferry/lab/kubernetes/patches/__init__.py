"""The three ways to say "change this part of the document": JSON Patch, JSON Merge Patch, strategic merge patch.

Each module has `apply(document, patch, ...)`, which returns a whole new document and leaves its inputs as they were.
May import: nothing but the standard library's pure parts. Must stay out: kinds, storage, validation.
"""

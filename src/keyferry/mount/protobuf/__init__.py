"""The messages of the protocols that the node plugin speaks. Generated, but this file.

The `.proto` files are written from the published field numbers, without what nobody here reads: unknown fields pass by.
Services are registered by their full method names, so no service stubs are generated. `make generate` makes the rest.
"""

"""What a request asks for: its path, its options, the form of its body and of the answer.

May import: `lab.world.http`, `objects`, `status`, `protobuf`. Must stay out: stored objects and what verbs do.
"""

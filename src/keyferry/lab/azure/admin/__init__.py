"""The hand on the lab's knobs, as HTTP: counters, audit log, faults, clock. It is no part of Azure. Pure.

Lives here: `service` (the routes), a module for each family of knobs, `documents` (JSON in and out). May import: all of
`lab.azure` and `lab.world`. Must stay out: sockets; values, which no answer shows.
"""

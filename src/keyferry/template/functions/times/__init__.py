"""Functions over instants and durations: Go's calendar, layouts, zones.

May import: template.values, functions.function, functions.arithmetic. Must stay out: the clock, which comes as
`Surroundings.now`.
"""

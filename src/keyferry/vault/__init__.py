"""Key Vault: asking what changed, reading values, listing properties; asking for no more than freshness needs.

reader                      values and lists, for observers only; probe asks whether an identity may, and gets none
feeds, shared               one feed for each (vault, identity, kind); the values, counters and callbacks they share
versions                    the lists of objects' versions, kept while their objects do not change
passes, passed, reads, tasks  one feed at work: passes, lists, single flight
feed, entry, choice, interest, need, moment, sent, cache, surroundings, verified, activity (pure)
                            what a feed knows, what it asks next, what it shows of itself
source, client, collection  the way to the vendor's clients, one for each vault and identity
wire, bodies, dates (pure)  every request on the wire: its turn, its count, its times, the limit of its answer
lane, throttle (pure)       so many at once, so many in a window, first reads first, a pause for all
fallback (pure)             the next vault while the first is unavailable
forms (pure), properties    certificates and keys in the forms that consumers want
events                      Event Grid's hints
errors, refusals, names     the service's answers in keyferry's words, without its text

May import: identity, runtime, spec (how a value is encoded), model, the vendor's clients of secrets, certificates and
keys. Must stay out: Kubernetes.
"""

"""What every process needs and no feature is: logs with redaction, metrics, health, its end, the clock, proxies.

May import: model, third-party libraries. Must stay out: Kubernetes, Azure, secrets.
"""

"""The fields of keyferry.yaml, one module for each part: what parsing checks, the JSON schema and the reference show.

Lives here: the nodes alone, with the rules of single texts. What takes more than one field to see is in
`keyferry.spec.estate`'s `cross_checks`.
"""

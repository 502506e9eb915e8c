"""YAML 1.1 as Go's Kubernetes libraries read and write it: `fromYaml`, `toYaml`, templateFrom. Pure, and bounded.

nodes      text → nodes, by libyaml's parser: no objects are ever made
resolving  which type a plain scalar is
decoding   nodes → values: merge keys, aliases, Go's error texts
reading    values → what JSON can say, in the three shapes that callers want
writing    JSON values → text, laid out and quoted as Go does
May import: template.meter, template.printing. Must stay out: I/O, clocks, secrets in errors that people see.

Sources: https://github.com/kubernetes-sigs/yaml 1.6 and https://github.com/yaml/go-yaml 2.4.4, which External Secrets
Operator 2.9 uses. Known differences, all in what libyaml's scanner takes: `{a:}` and `"\\'"` are errors here and not
there, `"\\/"`, `[a?b]` and `%YAML 1.2` the other way round.
"""

"""Which node a pod runs on: rules (`fitting`, `tolerations`, `node_selection`) and the loop that binds (`scheduler`);
and what becomes of pods whose node is gone (`lost_pods`).

May import: `loopback`, `recorder`, `storage`, `objects`, `verbs.binding`. Must stay out: resources' arithmetic but the
number of pods, preemption, and what happens on a node.
"""

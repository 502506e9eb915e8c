"""What both halves of the lab share: HTTP as values, the lab's clock, the faults it can have. Pure."""

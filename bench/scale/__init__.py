"""The operator at 1,500 and at 10,000 objects: how long, how many requests and writes, how much CPU and memory."""

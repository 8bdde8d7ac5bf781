"""A double of Partner Center for demos and tests: the same interface over HTTP, with state in memory and faults on demand."""

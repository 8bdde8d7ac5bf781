"""Microsoft Partner Center: the REST client, and a sandbox that speaks the same interface."""

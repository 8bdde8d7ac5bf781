"""Who speaks, what was said, who the visitor is, and handing over to a person."""

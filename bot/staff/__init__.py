"""The partner's own people and what each role is called."""

"""Reads what the partner and the translators write: the sentences in data/responses, the policies and articles in knowledge."""

"""Measurements beside the smallest possible Rasa bot: ``python -m bench``. Never a test: nothing here passes or fails on time."""

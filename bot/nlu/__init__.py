"""Understanding as code: pure functions that read a message, and the thin Rasa graph components round them."""

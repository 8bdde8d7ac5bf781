"""The dialogue engine: the client that asks it, and what we add to Rasa inside it."""

"""The API as integrators meet it."""

"""Businesses and people (people.py) and records (records.py) for tests, made by the services that make them for people."""

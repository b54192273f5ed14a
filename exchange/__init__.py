"""The engine behind every import: reading, mapping, rows, run and report. Apps declare what can be imported in importers.py."""

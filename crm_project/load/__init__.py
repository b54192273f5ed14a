"""Filling a database with a million records for benchmarks: the one writer beside the services.

What it leaves of a record is what the record's service would have left; tests/crm_project/test_load.py compares the two.
"""

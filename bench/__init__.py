"""`make bench [ROWS=1000000]`: our requests against the bare operation, in one interleaved run, beside the bars.

The method is in docs/performance.md: ratios count, not milliseconds; a bar holds when the median of several runs holds on
wall clock or on processor time (ours and the database's).
"""

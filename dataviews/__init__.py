"""The engine behind every list: table, board, filters, keyset pages. It knows no record type; apps declare theirs."""

"""What a hostile reader tries: other people's records by every address, ids in every body, and input that nobody means."""

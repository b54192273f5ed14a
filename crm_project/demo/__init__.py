"""Two businesses to try the product on: words, people, and what they did over the last months. All of it is made up."""

"""What may be done, and why not: predicates that services obey and templates ask."""

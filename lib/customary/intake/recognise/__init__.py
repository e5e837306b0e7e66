"""What the files of a shop are: each table in them and each column, by names and by values; the rest is asked."""

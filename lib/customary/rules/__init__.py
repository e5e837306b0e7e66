"""The rule language of data/*.toml: reading, proof, editing."""

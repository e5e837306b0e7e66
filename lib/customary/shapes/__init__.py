"""The SQL of a question by its shape: values have places in the text, and are bound when it is executed."""

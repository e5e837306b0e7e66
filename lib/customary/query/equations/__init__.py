"""Equations between chapters: what two of them say of the same thing is the same, or nothing is published."""

"""Telling people: who is told what, how they want to be told, and each of it at most once."""

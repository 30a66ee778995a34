"""The figures that Signoff shows: ``python -m bench``; docs/benchmarks.md says what each means."""

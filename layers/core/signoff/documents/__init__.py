"""Documents: what runs are about; versions of content, their checks, and where they are kept."""

"""Pages for people who have nothing but a link: plain HTML, no script, no cookie."""

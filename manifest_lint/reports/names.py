"""The names of the formats, in the order in which they are listed; read without any of them."""

FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "markdown",
    "html",
)
"""The names of our own formats: each is a module of this package."""

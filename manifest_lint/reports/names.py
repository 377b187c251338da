"""The names of the formats, in the order of help texts; importing this loads no format."""

FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "rdjson",
    "junit",
    "markdown",
    "html",
)
"""The names of our own formats: each is a module in this package."""

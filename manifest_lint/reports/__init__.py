"""Reports: one module a format, each with a function `lines`; `formats` finds them by name."""

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

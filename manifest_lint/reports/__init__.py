"""Reports of findings, previews and plans: one module per format."""

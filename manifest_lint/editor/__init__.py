"""What an editor shows of a file that is being typed; commands/lsp.py speaks with the editor."""

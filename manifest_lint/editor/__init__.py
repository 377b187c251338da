"""What an editor shows for a file as you type; commands/lsp.py talks to the editor."""

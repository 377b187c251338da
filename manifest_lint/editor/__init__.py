"""What an editor shows of a file that is being typed; cli/commands/lsp.py talks to it."""

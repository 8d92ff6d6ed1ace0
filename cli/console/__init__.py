"""What every command says and takes alike: options, exit codes, text for a terminal, files that it writes."""

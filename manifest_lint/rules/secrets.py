"""K003 and K004: secrets in files that git tracks."""

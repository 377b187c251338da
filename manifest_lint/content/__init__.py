"""What other files hold: JavaScript, SVG, READMEs, web addresses."""

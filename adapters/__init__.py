"""How the desk talks to the outside: third-party words and shapes stop in this package."""

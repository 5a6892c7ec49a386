"""The owner's phone: messages out, commands and button presses in."""

"""Prompts: templates filled with the facts of one moment, and checked before they are kept."""

"""What each REST path does: parameters in, result out, one file per group of paths."""

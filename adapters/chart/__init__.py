"""The parts of the chart picture: what is drawn, where, and in which colours."""

"""Draws the charts that come through a pipe, one after another, until nobody sends any more."""

import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from adapters.chart_image import render_chart
from trading.chart import ChartInput


def draw_all(pipe: Connection) -> None:
    """Answer each chart with its picture; return when the other end is closed.

    A chart that cannot be drawn ends the process: whoever sent it draws it again and sees why.
    """
    with pipe, suppress(EOFError, ConnectionError):
        while True:
            chart: ChartInput = pipe.recv()
            pipe.send(render_chart(chart))


if __name__ == "__main__":
    # Ctrl-C reaches every process of a terminal; this one ends with the one that asks it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    draw_all(Connection(int(sys.argv[1])))

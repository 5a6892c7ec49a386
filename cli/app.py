"""Every command of `autotrader`, by name."""

import typer

from cli.commands import (
    account,
    analyse,
    analysis,
    approve,
    backtest,
    bench,
    config,
    data,
    database,
    demo,
    doctor,
    faults,
    halting,
    inbox,
    llm,
    monitor,
    parity,
    prompts,
    replay,
    runs,
    simulator,
    sweep,
    telegram,
    token,
    trade,
    up,
    web,
)

app = typer.Typer(
    name="autotrader",
    help="An AI trading desk for Bybit USDT perpetuals, by hand.",
    epilog="Exit codes: 0 good, 1 failed, 2 wrong option or setting, 3 refused by a limit.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    # One clear message instead of a page of framework code: cli.main tells errors.
    pretty_exceptions_enable=False,
)

app.command()(demo.demo)
app.command()(runs.cycle)
app.command()(runs.sync)
app.command()(trade.trade)
app.command()(trade.close)
app.command()(halting.halt)
app.command()(halting.resume)
app.command()(replay.replay)
app.command()(backtest.backtest)
app.command()(sweep.sweep)
app.command()(parity.parity)
app.command()(analyse.analyse)
app.command()(approve.approve)
app.command()(approve.reject)
app.command()(approve.approvals)
app.command()(account.positions)
app.command()(account.balance)
app.command()(bench.bench)
app.command()(faults.faults)
app.command()(up.up)
app.command()(monitor.monitor)
app.command()(telegram.telegram)
app.command()(web.web)
app.command()(doctor.doctor)
app.command(context_settings=simulator.CONTEXT)(simulator.sim)
app.add_typer(inbox.app, name="inbox")
app.add_typer(analysis.app, name="analysis")
app.add_typer(llm.app, name="llm")
app.add_typer(prompts.app, name="prompts")
app.add_typer(data.app, name="data")
app.add_typer(database.app, name="db")
app.add_typer(token.app, name="token")
app.add_typer(config.app, name="config")

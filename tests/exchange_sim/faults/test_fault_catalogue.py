"""The catalogue holds every fault of the specification, and each can be switched on."""

import pytest

from exchange_sim.faults.catalogue import CATALOGUE

SPECIFIED = """
http.latency http.refuse http.reset_before http.status_before http.ret_before http.ip_ban
http.rate_limit http.redirect http.slow_headers http.hang_after http.reset_after http.close_after
http.status_after http.ret_after http.truncated_after http.empty200_after http.html200_after
http.null_ret_after http.delayed_execution http.duplicate_delivery
clock.skew auth.key_revoked auth.key_expired auth.permission_lost auth.ip_unbound auth.ws_reject
auth.ws_slow auth.bad_sign_once
rest.stale rest.order_invisible rest.realtime_cache_cleared rest.history_delay rest.page_dup
rest.page_skip rest.cursor_loop rest.cursor_nonempty_last rest.missing_field rest.null_field
rest.new_enum rest.number_not_string rest.empty_list rest.position_row_flat_extra
kline.gap kline.dup kline.unsorted kline.late_confirm kline.no_confirm kline.double_confirm
kline.revise_last kline.stale mkt.gap mkt.wick mkt.mark_last_divergence mkt.freeze mkt.spread
mkt.thin_book mkt.halt mkt.filter_change mkt.delist fund.rate fund.interval_change fund.late
fund.missing_ws
ws.close ws.abort ws.refuse ws.flap ws.half_open ws.zombie ws.no_text_pong ws.sub_fail
ws.sub_ack_delay ws.already_subscribed ws.drop ws.dup ws.reorder ws.delay ws.batch ws.before_http
ws.unknown_topic ws.no_topic_frame ws.garbage ws.delta_first ws.u_gap ws.snapshot_mid
ws.double_filled ws.replay_old ws.slow trade.ack_lost trade.ack_delay trade.ack_reorder trade.ret
trade.close_after_accept
match.partial match.partial_then_cancel match.no_liquidity match.slippage match.async_reject
match.post_only_cross match.fill_during_cancel match.fill_during_amend match.late_fill
match.limit_never_fills match.qty_truncated match.price_adjusted
tpsl.child_delay tpsl.child_missing tpsl.set_ack_but_absent tpsl.reject tpsl.vanish
tpsl.trigger_partial_fill tpsl.trigger_no_liquidity tpsl.both_in_one_bar pos.liquidate pos.adl
pos.external_close pos.external_open pos.external_sl_move pos.mode_switched pos.leverage_changed
pos.reduce_only_flag pos.risk_limit_lowered wallet.transfer wallet.fee_change wallet.bonus
plat.maintenance plat.restart plat.disconnect_unannounced plat.slow
"""
NAMES = SPECIFIED.split()


def test_the_catalogue_is_that_of_the_specification() -> None:
    assert sorted(CATALOGUE) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_can_be_switched_on_with_its_defaults(desk, name: str) -> None:
    kind = CATALOGUE[name]
    assert kind.summary
    defaults = {parameter.name: parameter.default for parameter in kind.parameters}
    assert kind.read(defaults) == kind.read({})

    desk.switch_on(name)
    desk.advance(60_000)
    desk.ask("DELETE", "faults")
    desk.advance(1_000)

    assert desk.ask("GET", "faults")["active"] == []

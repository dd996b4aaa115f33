/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * Two hosts and a network, for spin.  The table of transitions is table.pml, which tcp-conn-promela
 * writes; what is below is written by hand: conditions, actions, what a host does around them, the
 * network, and what must hold.  There is no text: connections are opened, closed and aborted.
 *
 * Numbers are small: a host's incarnations begin at 1000 (host 0) or 2000 (host 1) and are 10
 * apart, the window is 5.  Bounds are macros: see the end of the macros.
 */

#ifndef OPENS0
#define OPENS0 1
#endif
#ifndef OPENS1
#define OPENS1 0
#endif
#ifndef LISTENS0
#define LISTENS0 0
#endif
#ifndef LISTENS1
#define LISTENS1 1
#endif
#ifndef INCARNATIONS
#define INCARNATIONS 2
#endif
#ifndef ABORTS
#define ABORTS 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#ifndef REPEATS
#define REPEATS 1
#endif
#ifndef RETRIES
#define RETRIES 1
#endif
#ifndef IN_FLIGHT
#define IN_FLIGHT 1
#endif

#define SYN 1
#define FIN 2
#define RST 4
#define ACK 8
#define WINDOW 5
#define STEP 10
#define BASE(h) (1000 + 1000 * (h))
#define NEXT 0
#define DONE 1

/* Conditions of the table. */
#define LEN ((sf & SYN) + ((sf & FIN) / FIN))
#define INSIDE(d) ((d) >= 0 && (d) < WINDOW)
#define ACKWRONG ((sf & ACK) && !((st[me] == SYN_SENT -> iss[me] : una[me]) < sa && sa <= nxt[me]))
#define g_acceptable (INSIDE(ss - rcvnxt[me]) || (LEN > 0 && INSIDE(ss - rcvnxt[me] + LEN - 1)))
#define g_crossed_syn_ack (!passive[me] && (sf & SYN) && (sf & ACK) && !(sf & RST) && \
                           ss == irs[me] && !ACKWRONG)
#define g_repeated_syn ((sf & SYN) && !(sf & (ACK | RST)) && ss == irs[me])
#define g_missing_timestamp (false)
#define g_edge (false)
#define g_repeated_fin ((sf & FIN) && ss + LEN == rcvnxt[me])
#define g_new_incarnation ((sf & SYN) && !(sf & (ACK | RST)) && ss > rcvnxt[me] && \
                           listener[me] && inc[me] < INCARNATIONS)
#define g_rst_bit (sf & RST)
#define g_reset_valid (ss == rcvnxt[me])
#define g_reset_valid_passive (passive[me] && ss == rcvnxt[me])
#define g_passive (passive[me])
#define g_no_ack_bit (!(sf & ACK))
#define g_ack_bit (sf & ACK)
#define g_wrong_ack (ACKWRONG)
#define g_wrong_ack_rst (ACKWRONG && (sf & RST))
#define g_future_ack (sa > nxt[me])
#define g_stale_ack (sa < una[me] - WINDOW)
#define g_ack_of_fin (finsent[me] && sa == nxt[me])
#define g_syn_acked ((sf & ACK) || una[me] != iss[me])
#define g_not_admitted (inc[me] > INCARNATIONS)
#define g_refused (false)
#define g_early (ss + LEN - 1 != rcvnxt[me])
#define g_abrupt (false)
#define g_nothing_queued (true)
#define g_unasked_syn_ack ((sf & SYN) && (sf & ACK))
#define g_give_up (retries[me] >= RETRIES)

#include "table.pml"

/* What each host remembers. */
byte st[2];
short iss[2], irs[2], una[2], nxt[2], rcvnxt[2];
bit passive[2], closing[2], finsent[2], detached[2], acknow[2];
bit rtx[2], tw[2], fw2[2]; /* timers that are set */
byte retries[2];
bit listener[2];
byte inc[2], opens[2], listens[2], aborts[2];
short known[2]; /* pairs of incarnations, as bits */

/* The network: slots to host 0, then to host 1; no flags: empty. */
byte f[4];
short sq[4], ak[4];
byte mark[4]; /* bit h: it is older than host h's TIME-WAIT */
byte losses, repeats;

/* For the time of one step. */
hidden byte me, ev, slot, then, sf, sf0, on, i;
hidden short ss, sa, newiss;
hidden byte reinc, twbegun, learned;
hidden byte outf[6];
hidden short outs[6], outa[6];

c_decl {
static char pairSeen[16][16];
static void notePair(int a, int b)
{
    if (!pairSeen[a][b])
    {
        pairSeen[a][b] = 1;
        printf("pair %s %s\n", stateNames[a], stateNames[b]);
    }
}
}

/* What a host sends is collected first: TIME-WAIT makes older what was in the network before. */
inline emit(flags, seq, number)
{
    outf[on] = flags; outs[on] = seq; outa[on] = number; on++
}
inline emit_ack()
{
    emit(ACK, nxt[me], rcvnxt[me]); acknow[me] = 0
}

inline clear_timers()
{
    rtx[me] = 0; tw[me] = 0; fw2[me] = 0
}

/* The move, and what entering a state does. */
inline move(to)
{
    st[me] = to;
    if
    :: to == CLOSED || to == LISTEN -> clear_timers(); acknow[me] = 0
    :: to == FIN_WAIT_2 -> if :: detached[me] -> fw2[me] = 1 :: else fi
    :: to == TIME_WAIT -> clear_timers(); tw[me] = 1; twbegun = 1
    :: else
    fi;
    if
    :: to != CLOSED && to != LISTEN && to != SYN_SENT -> learned = 1
    :: else
    fi
}

inline synchronise()
{
    retries[me] = 0;
    rtx[me] = (nxt[me] != una[me])
}
inline choose_iss()
{
    iss[me] = newiss; una[me] = newiss; nxt[me] = newiss + 1
}
inline take_syn()
{
    irs[me] = ss; rcvnxt[me] = ss + 1; rtx[me] = 1
}

/* Actions of the table. */
inline a_nothing() { skip }
inline a_error_not_connected() { skip }
inline a_error_connected() { skip }
inline a_error_closing() { skip }
inline a_delete_tcb() { skip }
inline a_forget_half_open() { skip }
inline a_refused_by_peer() { skip }
inline a_reset_by_peer() { skip }
inline a_timed_out() { skip }
inline a_note_segment() { skip }
inline a_trim_text() { assert(false) }
inline a_stash_fin() { assert(false) }
inline a_note_early_fin() { assert(false) }
inline a_start_listening() { passive[me] = 1 }
inline a_send_syn() { passive[me] = 0; choose_iss(); emit(SYN, iss[me], 0); rtx[me] = 1 }
inline a_open_half() { choose_iss(); take_syn(); emit(SYN | ACK, iss[me], rcvnxt[me]) }
inline a_open_at_once()
{
    choose_iss(); take_syn(); emit(SYN | ACK, iss[me], rcvnxt[me]);
    una[me] = nxt[me]; synchronise()
}
inline a_take_crossing_syn() { take_syn(); emit(SYN | ACK, iss[me], rcvnxt[me]) }
inline a_take_syn_ack_silently()
{
    irs[me] = ss; rcvnxt[me] = ss + 1;
    una[me] = ((sf & ACK) -> sa : una[me]);
    synchronise()
}
inline a_take_syn_ack() { a_take_syn_ack_silently(); emit_ack() }
inline a_take_ack_of_syn() { una[me] = sa; synchronise(); assert(!closing[me]) }
inline a_take_ack()
{
    if
    :: sa > una[me] ->
        if
        :: una[me] == iss[me] -> una[me] = sa; synchronise()
        :: else -> una[me] = sa; retries[me] = 0
        fi;
        if
        :: st[me] == TIME_WAIT || st[me] == CLOSED
        :: else -> rtx[me] = (nxt[me] != una[me])
        fi
    :: else
    fi
}
inline a_take_fin() { rcvnxt[me] = rcvnxt[me] + 1; acknow[me] = 1 }
inline a_reset_peer() { emit(RST, nxt[me], 0) }
inline a_reset_reply()
{
    if
    :: sf & ACK -> emit(RST, sa, 0)
    :: else -> emit(RST | ACK, 0, ss + LEN)
    fi
}
inline a_send_ack() { emit_ack() }
inline a_challenge_ack() { emit_ack() }
inline a_ack_and_restart() { emit_ack(); tw[me] = 1; twbegun = 1 }
inline a_repeat_syn_ack() { emit(SYN | ACK, iss[me], rcvnxt[me]) }
inline a_trim_syn() { sf = sf & ~SYN; ss = ss + 1; acknow[me] = 1 }
inline a_queue_fin() { closing[me] = 1 }
inline a_stay_closing()
{
    if
    :: detached[me] && st[me] == FIN_WAIT_2 -> fw2[me] = 1
    :: else
    fi
}
inline a_reincarnate() { reinc = 1 }
inline a_retransmit()
{
    retries[me]++;
    if
    :: st[me] == SYN_SENT -> emit(SYN, iss[me], 0)
    :: st[me] != SYN_SENT && una[me] == iss[me] -> emit(SYN | ACK, iss[me], rcvnxt[me])
    :: else -> assert(finsent[me] && una[me] + 1 == nxt[me]);
        emit(FIN | ACK, una[me], rcvnxt[me]); acknow[me] = 0
    fi;
    rtx[me] = 1
}

/* SEGMENT ARRIVES: the checks in the order of each state. */
inline check_rst() { if :: then == NEXT && (sf & RST) -> on_rst() :: else fi }
inline check_syn() { if :: then == NEXT && (sf & SYN) -> on_syn() :: else fi }
inline check_ack() { if :: then == NEXT -> on_ack() :: else fi }
inline check_fin() { if :: then == NEXT && (sf & FIN) -> on_fin() :: else fi }
inline arrive_at_listener()
{
    then = NEXT;
    inc[me]++;
    newiss = BASE(me) + STEP * inc[me];
    check_rst(); check_ack(); check_syn();
    if :: st[me] == LISTEN -> inc[me]-- :: else fi
}
inline arrive()
{
    then = NEXT;
    if
    :: st[me] == LISTEN -> arrive_at_listener()
    :: st[me] == CLOSED -> check_rst(); check_ack()
    :: st[me] == SYN_SENT -> check_ack(); check_rst(); check_syn(); check_fin()
    :: else -> on_sequence(); check_rst(); check_syn(); check_ack(); check_fin()
    fi;
    if
    :: reinc -> renew(); if :: st[me] == LISTEN -> arrive_at_listener() :: else fi
    :: else
    fi
}

/* What follows an event. */
inline send_what_is_due()
{
    if
    :: (st[me] == FIN_WAIT_1 || st[me] == CLOSING || st[me] == LAST_ACK) && !finsent[me] ->
        if :: nxt[me] == una[me] -> retries[me] = 0 :: else fi;
        emit(FIN | ACK, nxt[me], rcvnxt[me]);
        finsent[me] = 1; nxt[me] = nxt[me] + 1; acknow[me] = 0; rtx[me] = 1
    :: else
    fi;
    if :: acknow[me] -> emit_ack() :: else fi
}
inline learn()
{
    if
    :: learned -> known[me] = known[me] | (1 << (4 * ((iss[me] - BASE(me)) / STEP) +
                                                 (irs[me] - BASE(1 - me)) / STEP))
    :: else
    fi
}
inline renew()
{
    if
    :: st[me] == CLOSED || st[me] == LISTEN ->
        iss[me] = 0; irs[me] = 0; una[me] = 0; nxt[me] = 0; rcvnxt[me] = 0; retries[me] = 0;
        closing[me] = 0; finsent[me] = 0; detached[me] = 0; acknow[me] = 0;
        clear_timers();
        passive[me] = listener[me];
        st[me] = (listener[me] -> LISTEN : CLOSED)
    :: else
    fi
}
inline age()
{
    i = 0;
    do
    :: i < 4 && f[i] == 0 -> mark[i] = 0; i++
    :: i < 4 && f[i] != 0 && st[me] != TIME_WAIT -> mark[i] = mark[i] & ~(1 << me); i++
    :: i < 4 && f[i] != 0 && st[me] == TIME_WAIT && twbegun -> mark[i] = mark[i] | (1 << me); i++
    :: i < 4 && f[i] != 0 && st[me] == TIME_WAIT && !twbegun -> i++
    :: i == 4 -> break
    od
}
inline post()
{
    i = 0;
    do
    :: i < on ->
        slot = 2 * (1 - me);
        if
        :: f[slot] == 0 -> f[slot] = outf[i]; sq[slot] = outs[i]; ak[slot] = outa[i]
        :: f[slot] != 0 && IN_FLIGHT > 1 && f[slot + 1] == 0 ->
            f[slot + 1] = outf[i]; sq[slot + 1] = outs[i]; ak[slot + 1] = outa[i]
        :: else
        fi;
        assert(!(sf0 & RST) || !(outf[i] & RST)); /* no reset answers a reset */
        i++
    :: else -> break
    od
}

/* What must hold. */
#define STUCK(h) (((st[h] == SYN_SENT || st[h] == SYN_RECEIVED || st[h] == FIN_WAIT_1 || \
                    st[h] == CLOSING || st[h] == LAST_ACK) && !rtx[h]) || \
                  ((st[h] == ESTABLISHED || st[h] == CLOSE_WAIT) && nxt[h] != una[h] && !rtx[h]) || \
                  (st[h] == FIN_WAIT_2 && detached[h] && !fw2[h]) || \
                  (st[h] == TIME_WAIT && !tw[h]))
#define KNEW(h, a, b) ((known[h] >> (4 * (((a) - BASE(h)) / STEP) + ((b) - BASE(1 - (h))) / STEP)) & 1)
#define GHOST(h) (st[h] == ESTABLISHED && \
                  !(st[1 - (h)] == SYN_SENT && iss[1 - (h)] == irs[h]) && \
                  !KNEW(1 - (h), irs[h], iss[h]))
#define BOTH (st[0] == ESTABLISHED && st[1] == ESTABLISHED)
inline judge()
{
    assert(!STUCK(0) && !STUCK(1));
    assert(!GHOST(0) && !GHOST(1));
    assert(!BOTH || (iss[0] == irs[1] && iss[1] == irs[0]));
    c_code { notePair(now.st[0], now.st[1]); }
}

/* What can happen at host h. */
#define FREE(h) (st[h] == CLOSED || st[h] == LISTEN)
#define HELD(h) (!FREE(h) && !detached[h])
#define CLOSABLE(h) (st[h] == SYN_SENT || st[h] == SYN_RECEIVED || st[h] == ESTABLISHED || \
                     st[h] == CLOSE_WAIT)
#define OLD(h, n) (f[n] != 0 && ((mark[n] >> (h)) & 1))
#define HOST(h) \
    :: st[h] == CLOSED && listens[h] > 0 -> me = h; ev = 1 \
    :: FREE(h) && opens[h] > 0 && inc[h] < INCARNATIONS -> me = h; ev = 2 \
    :: st[h] == LISTEN || (HELD(h) && CLOSABLE(h) && !closing[h]) -> me = h; ev = 3 \
    :: HELD(h) && st[h] != TIME_WAIT -> me = h; ev = 4 \
    :: HELD(h) && aborts[h] > 0 -> me = h; ev = 5 \
    :: rtx[h] -> me = h; ev = 6 \
    :: tw[h] && !OLD(h, 0) && !OLD(h, 1) && !OLD(h, 2) && !OLD(h, 3) -> me = h; ev = 7 \
    :: fw2[h] -> me = h; ev = 8
#define NETWORK(n) \
    :: f[n] != 0 -> me = n / 2; slot = n; ev = 9 \
    :: f[n] != 0 && repeats > 0 -> me = n / 2; slot = n; ev = 10 \
    :: f[n] != 0 && losses > 0 -> me = n / 2; slot = n; ev = 11
inline vacate(n)
{
    f[n] = 0; sq[n] = 0; ak[n] = 0; mark[n] = 0
}
inline happen()
{
    on = 0; sf = 0; sf0 = 0; ss = 0; sa = 0; reinc = 0; twbegun = 0; learned = 0;
    if
    :: ev == 1 -> listens[me]--; listener[me] = 1; on_passive_open()
    :: ev == 2 ->
        opens[me]--; listener[me] = 0; inc[me]++; newiss = BASE(me) + STEP * inc[me];
        on_active_open()
    :: ev == 3 -> listener[me] = listener[me] && st[me] != LISTEN; on_close()
    :: ev == 4 -> detached[me] = 1; on_close()
    :: ev == 5 -> aborts[me]--; on_abort()
    :: ev == 6 -> rtx[me] = 0; on_retransmission_timeout()
    :: ev == 7 -> tw[me] = 0; on_time_wait_timeout()
    :: ev == 8 -> fw2[me] = 0; on_fin_wait_2_timeout()
    :: ev == 9 || ev == 10 ->
        sf = f[slot]; sf0 = sf; ss = sq[slot]; sa = ak[slot];
        if :: ev == 9 -> vacate(slot) :: else -> repeats-- fi;
        arrive()
    :: ev == 11 -> losses--; vacate(slot)
    fi;
    if
    :: ev != 11 -> send_what_is_due(); learn(); renew(); age(); post()
    :: else
    fi;
    judge()
}

init {
    d_step {
        opens[0] = OPENS0; opens[1] = OPENS1; listens[0] = LISTENS0; listens[1] = LISTENS1;
        aborts[0] = ABORTS; aborts[1] = ABORTS; losses = LOSSES; repeats = REPEATS;
        c_code { notePair(now.st[0], now.st[1]); }
    }
end:
    do
    :: atomic {
        if
        HOST(0)
        HOST(1)
        NETWORK(0)
        NETWORK(1)
        NETWORK(2)
        NETWORK(3)
        fi;
        happen()
    }
    od
}
